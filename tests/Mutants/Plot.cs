using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Mutants;

/// <summary>A copy of the built specs beside grains that are compiled here: the repository itself is never changed.</summary>
public sealed class Plot : IDisposable
{
    // The slowest folder takes half a minute, most of it to shrink what a property found; a rule that never ends is no caught one.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    // What the SDK gives every project of the house (ImplicitUsings).
    private const string GlobalUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; " +
        "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private static readonly CSharpParseOptions Language = CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview);

    private readonly string _root = Root();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mutants");
    private readonly CSharpCompilation _grains;

    public Plot()
    {
        var built = new DirectoryInfo(AppContext.BaseDirectory); // artifacts/bin/Mutants/release
        foreach (var file in new DirectoryInfo(Path.Combine(built.Parent!.Parent!.FullName, "Grains.Spec", built.Name)).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(_folder.FullName, Path.GetRelativePath(Path.Combine(built.Parent.Parent.FullName, "Grains.Spec", built.Name), file.FullName));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var sources = Directory.EnumerateFiles(Path.Combine(_root, "grains"), "*.cs", SearchOption.AllDirectories);
        _grains = CSharpCompilation.Create(
            "Grains",
            [CSharpSyntaxTree.ParseText(GlobalUsings, Language), .. sources.Select(path => CSharpSyntaxTree.ParseText(File.ReadAllText(path), Language, path))],
            platform.Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, nullableContextOptions: NullableContextOptions.Enable));
    }

    public void PlantNothing() => Emit(_grains);

    public void Plant(Mutant mutant)
    {
        var path = Path.Combine(_root, mutant.File.Replace('/', Path.DirectorySeparatorChar));
        var tree = _grains.SyntaxTrees.Single(tree => tree.FilePath == path);
        Emit(_grains.ReplaceSyntaxTree(tree, tree.WithChangedText(SourceText.From(mutant.Plant(File.ReadAllText(path))))));
    }

    /// <summary>Runs the specs of some folders or classes on what was planted.</summary>
    /// <returns>Those that failed; empty when all passed.</returns>
    /// <exception cref="InvalidOperationException">They did not run to their end, or there was none.</exception>
    public ImmutableArray<string> Failing(IEnumerable<string> folders)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        var filter = string.Join('|', folders.Select(folder => $"FullyQualifiedName~Grains.Spec.{folder}."));
        foreach (var argument in (string[])["vstest", Path.Combine(_folder.FullName, "Grains.Spec.dll"), $"--TestCaseFilter:{filter}", "--logger:console;verbosity=minimal", "--", "xUnit.StopOnFail=true"])
            start.ArgumentList.Add(argument);
        using var run = Process.Start(start)!;
        var (output, errors) = (run.StandardOutput.ReadToEndAsync(), run.StandardError.ReadToEndAsync());
        if (!run.WaitForExit(Patience))
        {
            run.Kill(entireProcessTree: true);
            throw new InvalidOperationException($"The specs did not end within {Patience.TotalMinutes} min.");
        }
        var text = output.GetAwaiter().GetResult() + errors.GetAwaiter().GetResult();
        ImmutableArray<string> failed = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.EndsWith("[FAIL]", StringComparison.Ordinal))];
        if (run.ExitCode == 0 && text.Contains("Passed!", StringComparison.Ordinal)) return [];
        return failed.IsEmpty ? throw new InvalidOperationException($"The specs ended with code {run.ExitCode} and no failure to show:\n{text}") : failed;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private void Emit(CSharpCompilation grains)
    {
        using var file = File.Create(Path.Combine(_folder.FullName, "Grains.dll"));
        var result = grains.Emit(file);
        if (!result.Success) throw new InvalidOperationException(string.Join('\n', result.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error)));
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
