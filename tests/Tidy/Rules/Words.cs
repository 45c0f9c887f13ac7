using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Rules;

/// <summary>Words that say that something is unfinished, hidden, or has no idea of its own.</summary>
/// <remarks>The patterns are written so that they do not find themselves.</remarks>
public static partial class Words
{
    public static IEnumerable<Finding> Leftovers(Repository repository) => Lines(repository.Files, Leftover(), "is a leftover");

    public static IEnumerable<Finding> MachinePaths(Repository repository) =>
        Lines(repository.Files, MachinePath(), "is a path of one machine");

    public static IEnumerable<Finding> Secrets(Repository repository) => Lines(repository.Files, Secret(), "looks like a secret");

    /// <summary>A lock file names no registry: whoever installs uses the one that is set up there.</summary>
    public static IEnumerable<Finding> Registries(Repository repository) =>
        Lines(repository.Files.Where(f => f.Name == "package-lock.json"), ForeignRegistry(), "names a registry");

    public static IEnumerable<Finding> HiddenThings(Repository repository) => Lines(repository.Code, Hidden(), "hides something");

    public static IEnumerable<Finding> TypeNames(Repository repository) =>
        from file in repository.Code
        from type in file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
        where EmptyName().IsMatch(type.Identifier.Text)
        select file.At(type.Identifier, $"{type.Identifier.Text} says nothing: name what it does in the domain's words");

    /// <summary>A suppressed warning says why.</summary>
    public static IEnumerable<Finding> Suppressions(Repository repository) =>
        from file in repository.Code
        from attribute in file.Syntax.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString().EndsWith("SuppressMessage", StringComparison.Ordinal)
        where attribute.ArgumentList?.Arguments.Any(a => a.NameEquals?.Name.ToString() == "Justification") != true
        select file.At(attribute, "suppresses a warning without a justification");

    /// <summary>Only a named exception may be let go, and only with a sentence that says why nothing is done.</summary>
    public static IEnumerable<Finding> EmptyCatches(Repository repository) =>
        from file in repository.Code
        from clause in file.Syntax.DescendantNodes().OfType<CatchClauseSyntax>()
        where clause.Block.Statements.Count == 0
        let named = clause.Declaration is { } d && d.Type.ToString() is not "Exception" and not "System.Exception"
        let explained = clause.Block.DescendantTrivia().Any(t => t.IsKind(SyntaxKind.SingleLineCommentTrivia))
        where !named || !explained
        select file.At(clause, "swallows an exception in silence");

    public static IEnumerable<Finding> AsyncVoid(Repository repository) =>
        from file in repository.Code
        from method in file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>()
        where method.Modifiers.Any(SyntaxKind.AsyncKeyword) && method.ReturnType.ToString() == "void"
        select file.At(method.Identifier, $"{method.Identifier.Text} is async void: nobody can see it fail");

    private static IEnumerable<Finding> Lines(IEnumerable<SourceFile> files, Regex pattern, string what) =>
        from file in files
        from line in file.Lines.Index()
        let match = pattern.Match(line.Item)
        where match.Success
        select file.At(line.Index + 1, $"'{match.Value.Trim()}' {what}");

    [GeneratedRegex(@"\b(TO[D]O|FIX[M]E|HA[C]K|XX[X])\b|NotImplemented[E]xception")]
    private static partial Regex Leftover();

    [GeneratedRegex(@"(?<![\w.$})/-])/([h]ome|[r]oot|[w]ork|[U]sers)/[\w.]+|[A-Z]:\\[U]sers\\")]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"-{5}BEGIN [A-Z ]*PRIVATE[ ]KEY|AKIA[0-9A-Z]{16}|\bgh[pousr]_\w{36}|\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.")]
    private static partial Regex Secret();

    [GeneratedRegex("\"resolved\": \"[^\"]*")]
    private static partial Regex ForeignRegistry();

    [GeneratedRegex(@"Thread\.[S]leep|Task\.Delay\([0-9]|^\s*#[r]egion|#pragma\s+warning\s+[d]isable|\(Skip\s*=|Assert\.True\([t]rue\)")]
    private static partial Regex Hidden();

    [GeneratedRegex("(Manager|Helpers?|Impl|Util(s|ities|ity)?)$|Mediator|^IRepository")]
    private static partial Regex EmptyName();
}
