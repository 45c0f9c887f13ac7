using System.Text;

namespace Gateway.Exchange;

/// <summary>One record of a file: the line on which it begins (1 is the header) and its cells as they stand.</summary>
internal sealed record CsvRecord(int Line, IReadOnlyList<string> Cells);

/// <summary>The file is no CSV from this line on; nothing after it can be trusted.</summary>
internal sealed class CsvException(int line, string message) : Exception(message)
{
    public int Line { get; } = line;
}

/// <summary>Comma- or semicolon-separated text after RFC 4180, read strictly: a stray quote is an error, never repaired.</summary>
/// <remarks>
/// Not CsvHelper: it counts lines where a record ends instead of where it begins, its strictness is a set of callbacks,
/// and these lines are shorter than its configuration. Not for concurrent use.
/// </remarks>
internal sealed class CsvReader(string text)
{
    private readonly char separator = SeparatorOf(text);
    private int at;
    private int line = 1;

    /// <summary>The next record, or null at the end.</summary>
    public CsvRecord? Next()
    {
        if (at == text.Length) return null;
        var begins = line;
        var cells = new List<string> { Cell() };
        while (at < text.Length && text[at] == separator)
        {
            at++;
            cells.Add(Cell());
        }
        if (at < text.Length) EndLine();
        return new(begins, cells);
    }

    // The header decides: its names hold neither sign, so one semicolon on the first line is enough.
    private static char SeparatorOf(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var header = end < 0 ? text : text.AsSpan(0, end);
        return header.Contains(';') ? ';' : ',';
    }

    private string Cell() => at < text.Length && text[at] == '"' ? Quoted() : Plain();

    private string Plain()
    {
        var from = at;
        for (; !AtCellEnd(); at++)
            if (text[at] == '"') throw new CsvException(line, "a quote stands inside a cell that does not begin with one; quote the whole cell and double the quote");
        return text[from..at];
    }

    private string Quoted()
    {
        var opened = line;
        var cell = new StringBuilder();
        at++;
        while (at < text.Length)
        {
            if (text[at] is '\r' or '\n')
            {
                EndLine();
                cell.Append('\n');
            }
            else if (text[at] != '"')
                cell.Append(text[at++]);
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                cell.Append('"');
                at += 2;
            }
            else
            {
                at++;
                return AtCellEnd() ? cell.ToString() : throw new CsvException(line, "text stands behind a closing quote; double a quote inside a cell");
            }
        }
        throw new CsvException(opened, "a quote opens here and is never closed");
    }

    private bool AtCellEnd() => at == text.Length || text[at] == separator || text[at] is '\r' or '\n';

    private void EndLine()
    {
        at += text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 1;
        line++;
    }
}
