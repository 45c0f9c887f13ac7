using System.Diagnostics;
using System.Text.Json;

namespace Bench;

/// <summary>A table for the reader and JSON lines for the record: every line names the machine and the commit, for only ratios travel.</summary>
public sealed class Report(string bench, string? jsonFile)
{
    private static readonly string Machine = $"{Environment.ProcessorCount} cores, {Cpu()}, .NET {Environment.Version}";
    private static readonly string Commit = GitHead();

    public static Report From(string bench, string[] args)
    {
        var at = Array.IndexOf(args, "--json");
        if (at >= 0 && at + 1 == args.Length) throw new ArgumentException("--json needs a file");
        var report = new Report(bench, at >= 0 ? args[at + 1] : null);
        Console.WriteLine($"{bench} on {Machine}, commit {Commit}\n");
        return report;
    }

    /// <param name="values">Names with their unit, such as <c>steps_per_s</c>; a ratio is named <c>ratio</c> or begins so.</param>
    public void Row(string what, params ReadOnlySpan<(string Name, double Value)> values)
    {
        Console.Write($"{what,-58}");
        foreach (var (name, value) in values) Console.Write($"  {name} {Show(value)}");
        Console.WriteLine();
        if (jsonFile is null) return;

        var line = new Dictionary<string, object> { ["bench"] = bench, ["what"] = what, ["machine"] = Machine, ["commit"] = Commit };
        foreach (var (name, value) in values) line[name] = Math.Round(value, 4);
        File.AppendAllText(jsonFile, JsonSerializer.Serialize(line) + "\n");
    }

    private static string Show(double value) => value switch
    {
        >= 1_000 => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
        >= 10 => value.ToString("F1", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString("F2", System.Globalization.CultureInfo.InvariantCulture),
    };

    private static string Cpu() =>
        File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown"
            : "unknown";

    private static string GitHead()
    {
        try
        {
            using var git = Process.Start(new ProcessStartInfo("git", "rev-parse --short HEAD") { RedirectStandardOutput = true, RedirectStandardError = true });
            return git is null ? "unknown" : git.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "unknown";
        }
    }
}
