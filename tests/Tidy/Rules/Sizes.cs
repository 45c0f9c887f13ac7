namespace Tidy.Rules;

/// <summary>A file holds one idea: aim for 150 lines, 400 is the end. Counted for what people write and read as code.</summary>
public static class Sizes
{
    public const int LinesMax = 400;

    private static readonly string[] Counted = [".cs", ".proto", ".sql", ".sh", ".py", ".js", ".mjs", ".ts"];

    public static IEnumerable<Finding> TooLong(Repository repository) =>
        from file in repository.Files
        where Counted.Contains(file.Extension) || file.IsScript
        let lines = file.Text.Count(c => c == '\n')
        where lines > LinesMax
        select file.At(LinesMax + 1, $"has {lines} lines, {LinesMax} is the end: give each idea a file");

    public static IEnumerable<Finding> Empty(Repository repository) =>
        from file in repository.Files where string.IsNullOrWhiteSpace(file.Text) select file.At(1, "is empty");
}
