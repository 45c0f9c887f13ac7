using Gateway.Views;
using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Views.Spec;

public sealed class RequestBoardTests
{
    private readonly Bed _bed = new();

    private RequestList List => _bed.Requests.Current;

    [Fact]
    public async Task Sorts_by_time_to_breach_and_what_is_final_last()
    {
        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Submitted(Bed.Noon.AddHours(3)));
        await _bed.ShowAsync(StreamId.Placement("r2"), Requests.Submitted(Bed.Noon.AddHours(1)));
        await _bed.ShowAsync(StreamId.Placement("r3"), Requests.Submitted(Bed.Noon.AddMinutes(5)), Requests.Cancelled);
        await _bed.ShowAsync(StreamId.Placement("r4"), Requests.Submitted(Bed.Noon.AddHours(1)));

        Assert.Equal(["r2", "r4", "r1"], List.List(RequestFilter.Live.Fits, null, 10).Select(row => row.RequestId));
        Assert.Equal(["r2", "r4", "r1", "r3"], List.List((RequestFilter.Live with { FinalToo = true }).Fits, null, 10).Select(row => row.RequestId));
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended()
    {
        for (var i = 0; i < 5; i++) await _bed.ShowAsync(StreamId.Placement($"r{i}"), Requests.Submitted(Bed.Noon.AddHours(i)));
        var first = List.List(RequestFilter.Live.Fits, null, 2);
        Assert.True(RequestPlace.TryParse(first[^1].Place.ToString(), out var mark));

        Assert.Equal(["r2", "r3"], List.List(RequestFilter.Live.Fits, mark, 2).Select(row => row.RequestId));
        Assert.False(RequestPlace.TryParse("r1", out _));
    }

    [Fact]
    public async Task Shows_where_a_request_stands_and_what_was_offered()
    {
        var until = Bed.Noon.AddMinutes(30);
        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Submitted(children: 2), new PlacementEvent.TriageStarted("CrisisDesk", new(until, Bed.Noon)), Requests.Triaged(Urgency.Immediate));
        var position = await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Offered(until: until));

        var row = List.Find("r1")!;

        Assert.Equal((PlacementPhase.Offered, Urgency.Immediate, CrisisGrade.Acute, 2, "GM0505"), (row.Phase, row.Urgency, row.Crisis, row.Children, row.Responsible));
        Assert.Equal((until, new Attempt(1, "de-wending", "u1", 1, until), position), (row.Deadline, row.Live, row.Position));
    }

    [Fact]
    public async Task Forgets_a_request_thirty_days_after_its_end()
    {
        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Submitted(), Requests.Cancelled);
        await using var reader = Reader.Of(_bed.Requests.Watching);
        await reader.ReadAsync();
        await _bed.PassAsync(TimeSpan.FromDays(30) - TimeSpan.FromTicks(10));
        Assert.NotNull(List.Find("r1"));

        await _bed.PassAsync(TimeSpan.FromTicks(10));

        Assert.Null(List.Find("r1"));
        while (reader.Rows.Count > 0) await reader.ReadAsync(_bed.Clock);
    }

    [Fact]
    public async Task Tells_a_watcher_of_one_phase_what_comes_and_what_goes()
    {
        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Submitted(), Requests.Triaged(Urgency.Today));
        var searching = RequestFilter.Live with { Phases = [PlacementPhase.Searching] };
        await using var reader = Reader.Of(_bed.Requests.Watching, searching.Fits);
        await reader.ReadAsync();
        Assert.Equal(["r1"], reader.Rows.Keys);

        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Offered());
        await reader.ReadAsync();
        Assert.Empty(reader.Rows);

        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Over());
        await reader.ReadAsync();
        Assert.Equal(["r1"], reader.Rows.Keys);
    }

    [Fact]
    public async Task A_request_that_came_and_went_between_two_messages_is_not_told()
    {
        await _bed.ShowAsync(StreamId.Placement("r1"), Requests.Submitted());
        await using var reader = Reader.Of(_bed.Requests.Watching, RequestFilter.Live.Fits);
        await reader.ReadAsync();

        await _bed.ShowAsync(StreamId.Placement("r2"), Requests.Submitted());
        await _bed.ShowAsync(StreamId.Placement("r2"), Requests.Cancelled);

        Assert.IsType<WatchMessage<RequestRow>.Heartbeat>(await reader.ReadAsync(_bed.Clock));
        Assert.Equal(["r1"], reader.Rows.Keys);
    }
}
