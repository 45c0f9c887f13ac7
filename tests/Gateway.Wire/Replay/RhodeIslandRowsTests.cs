using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>The reading that judges the replay is held to figures that were counted apart from it.</summary>
public sealed class RhodeIslandRowsTests
{
    private static readonly IReadOnlyList<RhodeIslandRow> Rows = RhodeIslandRows.Read(Sample("publication-log-2021.csv.gz"));

    [Fact]
    public void Every_row_has_one_fate()
    {
        var counts = Rows.CountBy(row => row.Fate).ToDictionary();
        Assert.Equal(5_728, Rows.Count);
        Assert.Equal(109, counts[RowFate.NotSubmitted]);
        Assert.Equal(11, counts[RowFate.FailedQualityAssurance]);
        Assert.Equal(4, counts[RowFate.NoBeds]);
        Assert.Equal(7, counts[RowFate.Impossible]);
        Assert.Equal(5_597, counts[RowFate.Accepted]);
    }

    [Fact]
    public void The_impossible_rows_are_typing_errors() => Assert.Equal(
        ["863 of 185", "560 of 60", "191 of 55", "189 of 55", "189 of 55", "870 of 133", "1370 of 168"],
        Rows.Where(row => row.Fate == RowFate.Impossible).Select(row => $"{row.Occupied} of {row.Beds}"));

    [Fact]
    public void The_present_of_all_homes_adds_up()
    {
        var present = RhodeIslandRows.Present(Rows).Values;
        Assert.Equal((80, 8_547, 6_456), (present.Count(), present.Sum(row => row.Beds), present.Sum(row => row.Occupied)));
    }

    [Fact]
    public void Rows_became_known_in_order_and_never_before_they_happened()
    {
        Assert.Equal(Rows.Select(row => row.RecordedAt).Order(), Rows.Select(row => row.RecordedAt));
        Assert.All(Rows, row => Assert.True(row.OccurredAt < row.RecordedAt));
    }

    [Fact]
    public void Some_accepted_rows_correct_the_past_only()
    {
        var newest = new Dictionary<string, DateTimeOffset>();
        var late = 0;
        foreach (var row in Rows.Where(row => row.Fate == RowFate.Accepted))
        {
            if (newest.TryGetValue(row.Home, out var asOf) && row.OccurredAt < asOf) late++;
            else newest[row.Home] = row.OccurredAt;
        }
        Assert.Equal(51, late);
    }

    private static string Sample(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plek.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "samples", "rhode-island", name);
    }
}
