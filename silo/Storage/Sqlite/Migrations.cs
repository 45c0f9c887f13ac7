using System.Reflection;

namespace Silo.Storage.Sqlite;

/// <summary>Brings a file to the newest schema: numbered files, each applied once, in one transaction.</summary>
internal static class Migrations
{
    /// <param name="applicationId">Marks whose file it is, so that a log is never taken for a vault.</param>
    /// <param name="schema">The folder below Storage/Schema.</param>
    /// <exception cref="StorageFileException">The file is another program's, or newer than this program.</exception>
    public static void Apply(SqliteFile file, int applicationId, string schema)
    {
        var steps = Steps(schema);
        var owner = file.Number("pragma application_id");
        var version = file.Number("pragma user_version") ?? 0;
        if (owner != applicationId && (owner != 0 || file.Number("select count(*) from sqlite_schema") != 0))
            throw new StorageFileException($"{file.Path} is not Plek's {schema.ToLowerInvariant()}; it was left as it is.");
        if (version > steps.Count)
            throw new StorageFileException($"{file.Path} has schema {version}, newer than this program's {steps.Count}; use the program that wrote it.");
        if (version == steps.Count) return;

        file.Run("begin immediate");
        foreach (var step in steps.Skip((int)version)) file.Run(step);
        file.Run($"pragma application_id = {applicationId}; pragma user_version = {steps.Count};");
        file.Run("commit");
    }

    private static List<string> Steps(string schema)
    {
        var assembly = typeof(Migrations).Assembly;
        var prefix = $"Silo.Storage.Schema.{schema}.";
        return [.. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => Text(assembly, name))];
    }

    private static string Text(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
