namespace Gateway.Exchange;

/// <summary>Which ids the files define, and on which line; a reference is judged only when the file it points into could be read.</summary>
internal sealed class RegionIds
{
    private readonly Dictionary<(string File, string Id), Row> _rows = [];
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    public void Unreadable(string file) => _unreadable.Add(file);

    /// <summary>Takes a row's id, and refuses one that another row has.</summary>
    public string New(Row row, string column, string id)
    {
        if (!_rows.TryAdd((row.File, id), row))
            row.Wrong(column, $"stands already on line {_rows[(row.File, id)].Line}; each stands once");
        return id;
    }

    /// <summary>Reads a reference into another file.</summary>
    public string Known(Row row, string column, string file)
    {
        if (!IsKnown(file, row.Raw(column))) row.Wrong(column, $"is not in {file}");
        return row.Raw(column);
    }

    public bool IsKnown(string file, string id) => _unreadable.Contains(file) || _rows.ContainsKey((file, id));

    public Row RowOf(string file, string id) => _rows[(file, id)];
}
