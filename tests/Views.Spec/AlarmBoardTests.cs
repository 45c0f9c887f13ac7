using Gateway.Views;
using Grains.Kernel;
using Grains.Placements;
using Grains.Regions;
using Xunit;

namespace Views.Spec;

public sealed class AlarmBoardTests
{
    private static readonly StreamId R1 = StreamId.Placement("r1");
    private static readonly object Arrived = new PlacementEvent.ArrivedAfterWithdrawal(1, "de-wending", "u1");
    private static readonly object Missed = new PlacementEvent.DeadlineMissed(Bed.Noon, new(Bed.Noon.AddHours(1), Bed.Noon), 1);

    private readonly Bed _bed = new();

    private AlarmList List => _bed.Alarms.Current;

    [Fact]
    public async Task Shows_who_must_look_since_when_and_how_urgent_it_is()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Registered());
        var position = await _bed.ShowAsync(R1, Requests.Submitted(), Requests.Triaged(Urgency.Today), Requests.Offered(), Requests.Over(AttemptEnd.Revoked));

        var row = Assert.Single(List.Rows);

        Assert.Equal(("placement-r1-4-0", "HoldRevoked", R1, "CrisisDesk"), (row.AlarmId, row.Kind, row.Subject, row.Owner));
        Assert.Equal(("de-wending", "yulius", Urgency.Today, position), (row.FacilityId, row.ProviderId, row.Urgency, row.Position));
        Assert.Equal((Bed.Noon, Bed.Noon.AddMinutes(15), false, null), (row.RaisedAt, row.CallNowAt, row.CallNow, row.AcknowledgedBy));
    }

    [Theory]
    [InlineData(Urgency.Immediate, 3), InlineData(Urgency.Today, 15), InlineData(Urgency.Within48h, 60), InlineData(Urgency.ThisWeek, 240), InlineData(Urgency.Planned, 1_440)]
    public async Task Says_call_now_by_time_alone(Urgency urgency, int minutes)
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Requests.Triaged(urgency), Missed);
        await using var alarms = Reader.Of(_bed.Alarms.Watching);
        await using var requests = Reader.Of(_bed.Requests.Watching);
        await alarms.ReadAsync();
        await requests.ReadAsync();
        await _bed.PassAsync(TimeSpan.FromMinutes(minutes) - TimeSpan.FromTicks(10));
        Assert.Equal((false, false), (Assert.Single(List.Rows).CallNow, _bed.Requests.Current.Find("r1")!.CallNow));
        Assert.Equal(Bed.Noon.AddMinutes(minutes), _bed.Alarms.ValidUntil);

        await _bed.PassAsync(TimeSpan.FromTicks(10));

        Assert.Equal((true, true), (Assert.Single(List.Rows).CallNow, _bed.Requests.Current.Find("r1")!.CallNow));
        while (!alarms.Rows.Values.Single().CallNow) await alarms.ReadAsync(_bed.Clock);
        while (!requests.Rows["r1"].CallNow) await requests.ReadAsync(_bed.Clock);
    }

    [Fact]
    public async Task Before_triage_nobody_knows_how_long_it_may_wait()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Missed);
        Assert.Equal(Bed.Noon.AddMinutes(10), Assert.Single(List.Rows).CallNowAt);

        await _bed.ShowAsync(R1, Requests.Triaged(Urgency.Immediate));
        Assert.Equal((Urgency.Immediate, Bed.Noon.AddMinutes(3)), (List.Rows.Single().Urgency, List.Rows.Single().CallNowAt));
    }

    [Fact]
    public async Task A_child_at_a_door_waits_for_nobodys_table()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Requests.Triaged(Urgency.Planned), Arrived);
        Assert.Equal(("de-wending", Bed.Noon.AddMinutes(3)), (Assert.Single(List.Rows).FacilityId, List.Rows.Single().CallNowAt));
    }

    [Fact]
    public async Task A_change_of_policy_moves_the_call()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Requests.Triaged(Urgency.Immediate), Missed);
        await _bed.ShowAsync(StreamId.Region("region"), new RegionEvent.PolicySet(1, Policy.Default.Numbers.Add("call_now_immediate", 1)));
        await _bed.PassAsync(TimeSpan.FromMinutes(1));
        Assert.True(Assert.Single(List.Rows).CallNow);
    }

    [Fact]
    public async Task An_acknowledged_alarm_needs_no_call_names_who_saw_it_and_leaves_a_day_later()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Missed);
        await _bed.PassAsync(TimeSpan.FromMinutes(10));
        Assert.True(_bed.Requests.Current.Find("r1")!.CallNow);

        await _bed.ShowAsync(R1, new PlacementEvent.AlarmAcknowledged("placement-r1-2-0"));
        var row = Assert.Single(List.Rows);
        Assert.Equal((false, "plek", Bed.Noon.AddMinutes(10)), (row.CallNow, row.AcknowledgedBy, row.AcknowledgedAt));
        Assert.False(_bed.Requests.Current.Find("r1")!.CallNow);

        await _bed.PassAsync(AlarmBoard.AcknowledgedMax - TimeSpan.FromTicks(10));
        Assert.Single(List.Rows);
        await _bed.PassAsync(TimeSpan.FromTicks(10));
        Assert.Equal((0, null), (List.Rows.Count(), List.Find("placement-r1-2-0")));
    }

    [Fact]
    public async Task The_same_alarm_again_is_one_row_until_somebody_has_seen_it()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Missed);
        await _bed.PassAsync(TimeSpan.FromHours(1));
        await _bed.ShowAsync(R1, Missed, Arrived);

        var row = List.Rows.Single(row => row.Kind == "DeadlineMissed");
        Assert.Equal((2, Bed.Noon, Bed.Noon.AddHours(1)), (row.Times, row.RaisedAt, row.LastRaisedAt));
        Assert.Equal(row, List.Find("placement-r1-3-0"));
        Assert.Equal(2, List.Rows.Count());

        await _bed.ShowAsync(R1, new PlacementEvent.AlarmAcknowledged("placement-r1-3-0"), Missed);
        Assert.Equal([false, true], List.Rows.Where(row => row.Kind == "DeadlineMissed").Select(row => row.IsOpen).Order());
        Assert.Equal("placement-r1-6-0", List.Rows.Single(row => row.IsOpen && row.Kind == "DeadlineMissed").AlarmId);
    }

    [Fact]
    public async Task With_its_end_a_request_has_no_missed_deadline_and_a_child_at_the_door_all_the_same()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Missed, Requests.Cancelled, Arrived);
        Assert.Equal("ArrivedAfterWithdrawal", Assert.Single(List.Rows).Kind);
    }

    [Fact]
    public async Task Who_must_be_called_first_stands_first_and_what_was_seen_last()
    {
        await _bed.ShowAsync(StreamId.Placement("r2"), Requests.Submitted(), Requests.Triaged(Urgency.Planned), Missed);
        await _bed.ShowAsync(StreamId.Placement("r3"), Requests.Submitted(), Missed, new PlacementEvent.AlarmAcknowledged("placement-r3-2-0"));
        await _bed.ShowAsync(R1, Requests.Submitted(), Requests.Triaged(Urgency.Immediate), Missed);
        Assert.Equal(["r1", "r2", "r3"], List.Rows.Select(row => row.Subject.Key));
    }

    [Fact]
    public async Task An_open_alarm_leaves_after_thirty_days()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Missed);
        await _bed.PassAsync(AlarmBoard.OpenMax - TimeSpan.FromTicks(10));
        Assert.Single(List.Rows);
        await _bed.PassAsync(TimeSpan.FromTicks(10));
        Assert.Empty(List.Rows);

        await _bed.ShowAsync(R1, Missed);
        Assert.Equal(1, Assert.Single(List.Rows).Times);
    }

    [Fact]
    public async Task Beyond_its_limit_it_lets_go_of_what_was_seen_and_then_of_the_oldest()
    {
        await _bed.ShowAsync(R1, Requests.Submitted(), Missed);
        await _bed.ShowAsync(StreamId.Placement("r2"), Requests.Submitted(), Missed, new PlacementEvent.AlarmAcknowledged("placement-r2-2-0"));
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        for (var i = 0; i < AlarmBoard.RowsMax - 1; i++) await _bed.WriteAsync(StreamId.Placement($"s{i}"), Requests.Submitted(), Missed);
        await _bed.CatchUpAsync();
        Assert.Equal((AlarmBoard.RowsMax, null), (List.Rows.Count(), List.Find("placement-r2-2-0")));
        Assert.NotNull(List.Find("placement-r1-2-0"));

        await _bed.ShowAsync(StreamId.Placement("t"), Requests.Submitted(), Missed);
        Assert.Equal((AlarmBoard.RowsMax, null), (List.Rows.Count(), List.Find("placement-r1-2-0")));
    }
}
