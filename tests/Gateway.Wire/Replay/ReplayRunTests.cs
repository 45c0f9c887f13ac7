using Gateway.Replay;
using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>A replay against a service that keeps the rules, and against services that each break one: what it says must be worth something.</summary>
public sealed class ReplayRunTests : IDisposable
{
    private static readonly DateTimeOffset Week1 = new(2021, 2, 7, 23, 59, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset First = new(2021, 2, 25, 21, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Second = First.AddDays(7);

    // Two homes, two publications; line 7 corrects the past, line 4 is a typing error, line 9 repeats line 8.
    private static readonly ReplayInput Input = new(
        "small", "Two homes", "LivingGroup", "Replayed.", default,
        [new("north", "North", "County", 41, -71), new("south", "South", "County", 41, -71)],
        [
            new(2, "north", Week1, First, 60, 50, null), new(3, "south", Week1, First, 30, 31, null), new(4, "south", Week1.AddDays(7), First, 30, 310, null),
            new(5, "north", Week1.AddDays(7), First, 60, 52, null), new(6, "south", Week1.AddDays(7), First, 0, 0, "without beds"),
            new(7, "north", Week1, Second, 58, 49, null), new(8, "south", Week1.AddDays(14), Second, 30, 28, null), new(9, "south", Week1.AddDays(14), Second, 30, 28, null),
        ],
        []);

    private readonly string _folder = Directory.CreateTempSubdirectory("plek-").FullName;
    private readonly List<DateTimeOffset> _moves = [];

    [Theory]
    [InlineData(Fault.None)]
    [InlineData(Fault.Busy)]
    public async Task Agrees_with_a_service_that_keeps_the_rules(Fault fault)
    {
        var table = await ReplayAsync(fault);
        Assert.True(table.Agrees, $"{table}");
        Assert.Equal([First, Second], _moves);
        Assert.Matches("(?m)^sent +7$", $"{table}");
        Assert.Matches("(?m)^  accepted +6$", $"{table}");
        Assert.Matches("(?m)^    late +1 ", $"{table}");
        Assert.Matches("(?m)^    nothing new +1$", $"{table}");
        Assert.Matches("(?m)^  refused IMPOSSIBLE +1$", $"{table}");
        Assert.Matches("(?m)^  without beds +1$", $"{table}");
        Assert.Matches("(?m)^refused line +4   IMPOSSIBLE: 310 of 30, south, 2021-02-14$", $"{table}");
        Assert.Matches("(?m)^beds +90   90$", $"{table}");
        Assert.Matches("(?m)^occupied +80   80$", $"{table}");
        Assert.Matches("(?m)^lost acknowledgements +0   of 5 ", $"{table}");
    }

    [Theory]
    [InlineData(Fault.Forgetful, "acknowledged reports were not found again")]
    [InlineData(Fault.Lenient, "line 4 (310 of 30): accepted instead of IMPOSSIBLE")]
    [InlineData(Fault.LastWins, "north: the service shows 49 of 58, the last accepted report says 52 of 60")]
    [InlineData(Fault.WrongTotals, "beds: 91 in the service, 90 in the file")]
    [InlineData(Fault.PromisesTwice, "80 beds are promised twice")]
    public async Task Notices_a_service_that_breaks_one(Fault fault, string difference)
    {
        var table = await ReplayAsync(fault);
        Assert.False(table.Agrees);
        Assert.Contains(difference, $"{table}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notices_a_lost_report_where_no_newer_one_covers_it()
    {
        var table = await ReplayAsync(Fault.LosesOne, Input with { Facilities = [Input.Facilities[0]], Rows = [Input.Rows[0]] });
        Assert.Contains("north: the service shows 0 of 0, the last accepted report says 50 of 60", $"{table}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Goes_on_where_it_stopped_and_sends_nothing_twice()
    {
        await using var book = new BedBook(Fault.None);
        var address = await book.StartAsync();
        using (var journal = new Journal(Journal))
        {
            var run = Run(new(address, 4), journal, First.AddDays(-1));
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run.SendAsync(_ => stop.Cancel(), stop.Token));
        }
        _moves.Clear();
        using (var journal = new Journal(Journal))
        {
            var run = Run(new(address, 4), journal, First);
            await run.SendAsync(_ => { }, default);
            Assert.Equal([Second], _moves);
            Assert.Equal(0, run.Lost);
            Assert.Equal(5, journal.Position);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Journal => Path.Combine(_folder, "journal.csv");

    private async Task<EndTable> ReplayAsync(Fault fault, ReplayInput? input = null)
    {
        input ??= Input;
        await using var book = new BedBook(fault);
        using var client = new ServiceClient(await book.StartAsync(), 4);
        using var journal = new Journal(Journal);
        var run = Run(client, journal, First.AddDays(-1), input);
        await run.SendAsync(_ => { }, default);
        var shown = await Shown.AskAsync(client, new(client, input, facility => facility), input, journal.Position, "desk", default);
        return EndTable.Of(input, journal, run, TimeSpan.FromSeconds(1), shown);
    }

    private ReplayRun Run(ServiceClient client, Journal journal, DateTimeOffset clock, ReplayInput? input = null) => new(
        input ?? Input, new(client, input ?? Input, facility => facility), journal, clock, (now, _) =>
        {
            _moves.Add(now);
            return Task.CompletedTask;
        }, daysPerSecond: null);
}
