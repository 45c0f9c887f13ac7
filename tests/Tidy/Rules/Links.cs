using System.Text.RegularExpressions;

namespace Tidy.Rules;

/// <summary>What a page points at in the repository is there: links, their anchors, and paths in code font.</summary>
public static partial class Links
{
    public static IEnumerable<Finding> Resolve(Repository repository) =>
        from page in repository.Pages
        from target in Targets(page)
        let there = repository.Has(target.Path)
        let headed = target.Anchor.Length == 0 || Anchors(repository, target.Path).Contains(target.Anchor)
        where !there || !headed
        select page.At(target.Line, there ? $"links to #{target.Anchor}, no heading of {target.Path}" : $"links to {target.Path}, which is not there");

    public static IEnumerable<Finding> PathsInCodeFont(Repository repository) =>
        from page in repository.Pages
        from line in Prose(page)
        from Match match in CodePath().Matches(line.Text)
        let path = match.Groups["path"].Value.TrimEnd('/')
        where !repository.Has(path)
        select page.At(line.Number, $"names {path}, which is not there");

    public static IEnumerable<(int Line, string Path, string Anchor)> Targets(SourceFile page) =>
        from line in Prose(page)
        from Match match in Link().Matches(line.Text)
        let target = match.Groups["target"].Value
        where !target.Contains("://", StringComparison.Ordinal) && !target.StartsWith("mailto:", StringComparison.Ordinal)
        let parts = target.Split('#', 2)
        select (line.Number, parts[0].Length == 0 ? page.Path : Join(page.Folder, parts[0]), parts.Length > 1 ? parts[1] : "");

    // Lines outside fenced code.
    private static IEnumerable<(int Number, string Text)> Prose(SourceFile page)
    {
        var fenced = false;
        foreach (var (index, text) in page.Lines.Index())
        {
            if (text.TrimStart().StartsWith("```", StringComparison.Ordinal)) fenced = !fenced;
            else if (!fenced) yield return (index + 1, text);
        }
    }

    private static HashSet<string> Anchors(Repository repository, string path) =>
        [.. repository.Pages.Where(p => p.Path == path).SelectMany(Prose)
            .Where(l => l.Text.StartsWith('#'))
            .Select(l => NotInAnchor().Replace(l.Text.TrimStart('#').Trim().ToLowerInvariant(), "").Replace(' ', '-'))];

    private static string Join(string folder, string path) =>
        Path.GetFullPath(path, "/" + folder)[1..].TrimEnd('/');

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"`(?<path>(grains|silo|gateway|protos|tests|benches|docs|samples|regions|examples|\.ci)/[\w./-]*)`")]
    private static partial Regex CodePath();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
