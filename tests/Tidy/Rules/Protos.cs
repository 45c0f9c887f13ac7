using System.Text.RegularExpressions;

namespace Tidy.Rules;

/// <summary>Every method of the public promise says in a comment what it does, and in an option who may call it.</summary>
public static partial class Protos
{
    public static IEnumerable<Finding> MethodsHaveAccess(Repository repository) =>
        from rpc in Methods(repository)
        where !rpc.Body.Contains("option (plek.v1.access)", StringComparison.Ordinal)
        select rpc.File.At(rpc.Line, $"{rpc.Name} does not say who may call it: option (plek.v1.access)");

    public static IEnumerable<Finding> MethodsHaveComments(Repository repository) =>
        from rpc in Methods(repository)
        where rpc.Line < 2 || !rpc.File.Lines[rpc.Line - 2].TrimStart().StartsWith("//", StringComparison.Ordinal)
        select rpc.File.At(rpc.Line, $"{rpc.Name} has no comment above it");

    private static IEnumerable<(SourceFile File, int Line, string Name, string Body)> Methods(Repository repository) =>
        from file in repository.Files
        where file.Extension == ".proto" && file.IsIn("protos/plek") // Health and reflection are as gRPC publishes them.
        from Match match in Rpc().Matches(file.Text)
        let line = file.Text.AsSpan(0, match.Groups["name"].Index).Count('\n') + 1
        select (file, line, match.Groups["name"].Value, match.Groups["body"].Value);

    // A method ends at its semicolon, or at the brace that closes its options; an option's own value may hold braces two levels deep.
    [GeneratedRegex(@"^[ ]*rpc\s+(?<name>\w+)\s*\([^)]*\)\s*returns\s*\([^)]*\)\s*(;|\{(?<body>([^{}]|\{([^{}]|\{[^{}]*\})*\})*)\})", RegexOptions.Multiline)]
    private static partial Regex Rpc();
}
