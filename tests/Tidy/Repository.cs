using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Tidy;

/// <summary>One text file of the repository.</summary>
/// <param name="Path">From the root, with forward slashes.</param>
public sealed record SourceFile(string Path, string Text, bool Executable = false)
{
    private readonly Lazy<SyntaxNode> _syntax = new(() => CSharpSyntaxTree.ParseText(Text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview)).GetRoot());

    public string Folder { get; } = Path.Contains('/', StringComparison.Ordinal) ? Path[..Path.LastIndexOf('/')] : "";
    public string Name { get; } = Path[(Path.LastIndexOf('/') + 1)..];
    public string Extension { get; } = System.IO.Path.GetExtension(Path);
    public ImmutableArray<string> Lines { get; } = [.. Text.Split('\n')];
    public bool IsScript { get; } = Text.StartsWith("#!", StringComparison.Ordinal);
    public SyntaxNode Syntax => _syntax.Value;

    public bool IsIn(string folder) => Path.StartsWith(folder + "/", StringComparison.Ordinal);

    public Finding At(int line, string what) => new(Path, line, what);
    public Finding At(SyntaxNodeOrToken node, string what) => At(node.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1, what);
}

/// <summary>What a rule has against a line; lines count from 1.</summary>
public sealed record Finding(string Path, int Line, string What)
{
    public override string ToString() => $"{Path}:{Line} {What}";
}

/// <summary>The files that the rules read: committed ones, and new ones that are not ignored.</summary>
public sealed record Repository(ImmutableArray<SourceFile> Files)
{
    // Published data and pictures are as they came; no rule of ours applies to their bytes.
    private static readonly string[] AsPublished = [".gz", ".csv", ".png", ".ico", ".db"];

    private static readonly Lazy<Repository> Here = new(Read);

    public static string Root { get; } = FindRoot();
    public static Repository Whole => Here.Value;

    public IEnumerable<SourceFile> Code => Files.Where(f => f.Extension == ".cs");
    public IEnumerable<SourceFile> Pages => Files.Where(f => f.Extension == ".md");

    /// <summary>A repository of the test's own, to see that a rule finds what is planted in it.</summary>
    public static Repository Of(params SourceFile[] files) => new([.. files]);

    public bool Has(string path) =>
        path.Length == 0 || Files.Any(f => f.Path == path || f.IsIn(path)) || File.Exists(Path.Combine(Root, path));

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plek.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("Plek.slnx is in no folder above the tests.");
        return folder;
    }

    private static Repository Read()
    {
        using var git = Process.Start(new ProcessStartInfo("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Root,
            RedirectStandardOutput = true,
        })!;
        var paths = git.StandardOutput.ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
        git.WaitForExit();
        return new([.. paths.Distinct().Order(StringComparer.Ordinal)
            .Where(p => !AsPublished.Contains(Path.GetExtension(p)) && File.Exists(Path.Combine(Root, p)))
            .Select(Load)]);
    }

    private static SourceFile Load(string path)
    {
        var full = Path.Combine(Root, path);
        return new(path, File.ReadAllText(full), !OperatingSystem.IsWindows() && File.GetUnixFileMode(full).HasFlag(UnixFileMode.UserExecute));
    }
}
