using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Regions;

namespace Gateway.Exchange;

/// <summary>One reading of a region's files, in the order in which they refer to each other. Used once.</summary>
internal sealed class RegionFileReader(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
{
    private readonly FileErrors _errors = new();
    private readonly RegionIds _ids = new();

    public RegionReading Read()
    {
        foreach (var file in files.Keys.Except(RegionColumns.Files).Order(StringComparer.Ordinal))
            _errors.Add(file, 0, "", $"is no file of a region; those are {string.Join(", ", RegionColumns.Files)}");

        var head = HeadRow();
        var writtenAt = head?.Instant("written_at") ?? default;
        var area = head is null ? Area.Netherlands : Area.Read(head, RegionColumns.Area);
        var rows = new RegionRows(_ids, head is { Failed: false } ? writtenAt : null, area);
        var municipalities = Each(RegionColumns.Municipalities, m => m.Code, rows.Municipality);
        var policy = Each(RegionColumns.Policy, n => n.Key, rows.PolicyNumber).ToImmutableSortedDictionary(StringComparer.Ordinal);
        var providers = Each(RegionColumns.Providers, p => p.Id, rows.Provider);
        var contacts = Each(RegionColumns.Contacts, c => c.Id, rows.Contact);
        var facilities = Each(RegionColumns.Facilities, f => f.Id, rows.Facility);
        var units = Each(RegionColumns.Units, u => u.Id, rows.Unit);
        var blocks = Each(RegionColumns.Blocks, b => b.Id, rows.Block);
        var occupants = Each(RegionColumns.Occupants, o => o.Id, rows.Occupant);

        new RegionLimits(_ids).Check([.. municipalities.Select(m => m.Code)], providers, contacts, facilities, units, blocks, occupants);
        new RegionSums(_ids, new Policy { Numbers = policy }).Check(contacts, facilities, units, blocks, occupants);
        RegionFile? region = null;
        if (head is not null)
        {
            var profile = new RegionProfile(head.Text("name", 120), head.Phone("desk_phone"), municipalities);
            region = new(
                head.Id("id"), profile, writtenAt, head.YesNo("sample"), policy, providers, contacts, facilities, units, blocks, occupants);
        }
        return _errors.Count > 0 ? new(null, _errors.InOrder(RegionColumns.Files)) : new(region, []);
    }

    private ImmutableArray<T> Each<T>(string file, Func<T, string> id, Func<Row, T> entry)
    {
        var entries = new List<T>();
        foreach (var row in RowsOf(file))
        {
            var made = entry(row);
            if (!row.Failed) entries.Add(made);
        }
        return [.. entries.OrderBy(id, StringComparer.Ordinal)];
    }

    private IReadOnlyList<Row> RowsOf(string file)
    {
        if (files.TryGetValue(file, out var bytes))
        {
            if (CsvTable.Read(file, bytes.Span, RegionColumns.Of(file), _errors) is { } rows) return rows;
        }
        else if (RegionColumns.MayBeAbsent(file)) return [];
        else _errors.Add(file, 0, "", "is missing");

        _ids.Unreadable(file);
        return [];
    }

    // region.csv has a line per key; turned on its side it reads like any other line.
    private Row? HeadRow()
    {
        var rows = RowsOf(RegionColumns.Region);
        if (rows.Count == 0)
        {
            if (_errors.Count == 0) _errors.Add(RegionColumns.Region, 0, "", $"is empty; its keys are {string.Join(", ", RegionColumns.Keys)}");
            return null;
        }
        var cells = new Dictionary<string, string>(StringComparer.Ordinal);
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        var before = _errors.Count;
        foreach (var row in rows)
        {
            var key = row.Raw("key");
            if (!RegionColumns.Keys.Contains(key)) row.Wrong("key", $"is none of {string.Join(", ", RegionColumns.Keys)}");
            else if (!cells.TryAdd(key, row.Raw("value"))) row.Wrong("key", $"stands already on line {lines[key]}; each stands once");
            else lines[key] = row.Line;
        }
        if (cells.TryAdd(RegionColumns.Area, "")) lines[RegionColumns.Area] = 0;
        foreach (var key in RegionColumns.Keys.Except(cells.Keys)) _errors.Add(RegionColumns.Region, 0, key, $"key '{key}' is missing");
        return _errors.Count == before ? new Row(RegionColumns.Region, lines, cells, _errors) : null;
    }
}
