namespace Gateway.Exchange;

/// <summary>One thing that is wrong in a region file, in words for the person who wrote it.</summary>
/// <param name="Line">The line as an editor counts it: 1 is the header. 0: the file as a whole.</param>
/// <param name="Field">The column, or for <c>region.csv</c> and <c>policy.csv</c> the key; empty when no column is at fault.</param>
/// <param name="Message">The value given and what is allowed. Never repeats a text that looks personal.</param>
public sealed record FileError(string File, int Line, string Field, string Message)
{
    public override string ToString() =>
        (Line == 0 ? File : $"{File} line {Line}") + (Field.Length == 0 ? "" : $", {Field}") + $": {Message}";
}

/// <summary>Collects what is wrong, up to a page that a person can work through, and drops the rest.</summary>
internal sealed class FileErrors
{
    /// <summary>More than a hundred is one mistake made often; the next reading shows what is left.</summary>
    public const int CountMax = 100;

    private readonly List<FileError> found = [];

    public int Count => found.Count;

    public void Add(string file, int line, string field, string message)
    {
        if (found.Count < CountMax) found.Add(new(file, line, field, message));
    }

    // Checks across files run last; sorted, the writer walks each file once from top to bottom.
    public IReadOnlyList<FileError> InOrder(IReadOnlyList<string> files) =>
        [.. found.OrderBy(e => IndexOf(files, e.File)).ThenBy(e => e.Line)];

    private static int IndexOf(IReadOnlyList<string> files, string file)
    {
        for (var i = 0; i < files.Count; i++)
            if (files[i] == file) return i;
        return files.Count;
    }
}
