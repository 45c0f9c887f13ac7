using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Gateway.Exchange;

/// <summary>One file of a region as rows by column name. Whatever keeps it from being that is reported once.</summary>
internal static class CsvTable
{
    public const int BytesMax = 8 * 1024 * 1024;   // 20,000 lines of 400 characters.
    public const int RowsMax = 20_000;             // Of one file, whatever it is about; RegionLimits says what a region may have.
    public const int CellCharsMax = 2_000;         // The longest text is 500; more is a quote that was never closed.

    /// <summary>All rows, or null when the file's form is wrong and references into it cannot be judged.</summary>
    public static IReadOnlyList<Row>? Read(string file, ReadOnlySpan<byte> bytes, IReadOnlyList<string> columns, FileErrors errors)
    {
        if (Decode(file, bytes, errors) is not { } text) return null;
        var reader = new CsvReader(text);
        var rows = new List<Row>();
        try
        {
            if (Header(file, reader.Next(), columns, errors) is not { } header) return null;
            while (reader.Next() is { } record)
            {
                if (record.Cells.All(string.IsNullOrWhiteSpace)) continue; // Spreadsheets leave such lines at the end.
                if (rows.Count == RowsMax)
                {
                    errors.Add(file, record.Line, "", $"there are more than {RowsMax} lines");
                    return null;
                }
                if (RowOf(file, record, header, errors) is { } row) rows.Add(row);
            }
        }
        catch (CsvException broken)
        {
            errors.Add(file, broken.Line, "", broken.Message);
            return null;
        }
        return rows;
    }

    private static string? Decode(string file, ReadOnlySpan<byte> bytes, FileErrors errors)
    {
        if (bytes.Length > BytesMax)
        {
            errors.Add(file, 0, "", $"is {bytes.Length} bytes; at most {BytesMax}");
            return null;
        }
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[Encoding.UTF8.Preamble.Length..];
        var chars = new char[bytes.Length];
        var status = Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false);
        if (status == OperationStatus.Done) return new(chars, 0, written);
        errors.Add(file, 1 + bytes[..read].Count((byte)'\n'), "", "is not UTF-8 from this line on; save it as \"CSV UTF-8\"");
        return null;
    }

    private static string[]? Header(string file, CsvRecord? record, IReadOnlyList<string> columns, FileErrors errors)
    {
        var header = record is null ? [] : record.Cells.Select(c => c.Trim()).ToArray();
        var before = errors.Count;
        foreach (var (at, column) in header.Index())
        {
            if (!columns.Contains(column)) errors.Add(file, 1, column, $"unknown column '{column}'; the columns are {string.Join(", ", columns)}");
            else if (Array.IndexOf(header, column) < at) errors.Add(file, 1, column, $"column '{column}' stands twice");
        }
        foreach (var column in columns.Except(header).Where(column => !RegionColumns.MayBeAbsent(file, column))) errors.Add(file, 1, column, $"column '{column}' is missing");
        return errors.Count == before ? header : null;
    }

    private static Row? RowOf(string file, CsvRecord record, string[] header, FileErrors errors)
    {
        if (record.Cells.Count != header.Length)
        {
            errors.Add(file, record.Line, "", $"has {record.Cells.Count} cells where the header has {header.Length}; quote a cell that holds the separator");
            return null;
        }
        var cells = new Dictionary<string, string>(header.Length, StringComparer.Ordinal);
        for (var i = 0; i < header.Length; i++)
        {
            if (record.Cells[i].Length > CellCharsMax)
            {
                errors.Add(file, record.Line, header[i], $"is {record.Cells[i].Length} characters; at most {CellCharsMax}. Is a quote missing?");
                return null;
            }
            cells[header[i]] = record.Cells[i].Trim();
        }
        foreach (var column in RegionColumns.Of(file)) cells.TryAdd(column, "");
        return new(file, record.Line, cells, errors);
    }
}
