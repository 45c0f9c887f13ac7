namespace Tidy.Rules;

/// <summary>Lines end in LF without blanks before it, indentation is spaces, and a file ends with one line end.</summary>
public static class Whitespace
{
    public static IEnumerable<Finding> IsPlain(Repository repository) =>
        from file in repository.Files
        where !file.Path.Contains("/Golden/", StringComparison.Ordinal) // Golden bytes are as they were stored.
        from finding in Lines(file).Concat(End(file))
        select finding;

    private static IEnumerable<Finding> Lines(SourceFile file) =>
        from line in file.Lines.Index()
        let what = Wrong(line.Item)
        where what is not null
        select file.At(line.Index + 1, what);

    private static string? Wrong(string line) =>
        line.EndsWith('\r') ? "ends in CR LF" :
        line.Contains('\t', StringComparison.Ordinal) ? "has a tab" :
        line.EndsWith(' ') ? "ends with a blank" :
        line.StartsWith('\uFEFF') ? "begins with a byte order mark" : null;

    private static IEnumerable<Finding> End(SourceFile file)
    {
        if (!file.Text.EndsWith('\n')) yield return file.At(file.Lines.Length, "has no line end at its end");
        if (file.Text.EndsWith("\n\n", StringComparison.Ordinal)) yield return file.At(file.Lines.Length, "ends with empty lines");
    }
}
