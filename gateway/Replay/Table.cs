using System.Globalization;
using System.IO.Compression;
using Gateway.Exchange;

namespace Gateway.Replay;

/// <summary>A published CSV file, plain or gzip, row by row as it stands: cells by the name of their column.</summary>
internal static class Table
{
    public static IEnumerable<TableRow> Read(string path)
    {
        var csv = new CsvReader(Text(path));
        var header = csv.Next() ?? throw new InvalidDataException($"{path} is empty.");
        var columns = header.Cells.Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);
        while (csv.Next() is { } record) yield return new(path, record.Line, columns, record.Cells);
    }

    private static string Text(string path)
    {
        using var file = File.OpenRead(path);
        using var text = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        return text.ReadToEnd();
    }
}

internal sealed record TableRow(string File, int Line, IReadOnlyDictionary<string, int> Columns, IReadOnlyList<string> Cells)
{
    public string this[string column] =>
        Columns.TryGetValue(column, out var index) ? index < Cells.Count ? Cells[index] : throw new InvalidDataException($"{File} line {Line} ends before {column}.")
        : throw new InvalidDataException($"{File} has no column {column}.");

    public int? Whole(string column) => this[column].Length == 0 ? null : Number(column, int.TryParse(this[column], NumberStyles.None, CultureInfo.InvariantCulture, out var number), number);

    public DateTimeOffset Instant(string column) =>
        Number(column, DateTimeOffset.TryParse(this[column], CultureInfo.InvariantCulture, out var instant), instant);

    public DateOnly Date(string column) =>
        Number(column, DateOnly.TryParseExact(this[column], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date), date);

    private T Number<T>(string column, bool read, T value) => read ? value : throw new InvalidDataException($"{File} line {Line}, {column}: '{this[column]}' cannot be read.");
}
