using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec;

/// <summary>Alarms: what raises them, by which id, and that somebody has seen them.</summary>
public sealed class AlarmSpec
{
    private const string Alarm = "placement-r1-7-0";

    [Fact]
    public void A_request_remembers_who_saw_its_alarm() =>
        Request.Given(Offered).When(new PlacementCommand.AcknowledgeAlarm(Alarm)).Then(new PlacementEvent.AlarmAcknowledged(Alarm));

    [Fact]
    public void Seeing_a_requests_alarm_twice_says_nothing_new() => Request
        .Given([.. Offered, new PlacementEvent.AlarmAcknowledged(Alarm)]).When(new PlacementCommand.AcknowledgeAlarm(Alarm)).Then();

    [Fact]
    public void A_facility_remembers_who_saw_its_alarm() => TheGroup
        .Given(Open()).When(new FacilityCommand.AcknowledgeAlarm("facility-wending-3-0")).Then(new FacilityEvent.AlarmAcknowledged("facility-wending-3-0"));

    [Fact]
    public void Seeing_a_facilitys_alarm_twice_says_nothing_new() => TheGroup
        .Given(Open().And(new FacilityEvent.AlarmAcknowledged("facility-wending-3-0"))).When(new FacilityCommand.AcknowledgeAlarm("facility-wending-3-0")).Then();

    [Fact]
    public void Only_the_last_alarms_are_remembered()
    {
        var seen = Enumerable.Range(0, Alarms.AcknowledgedMax + 1).Select(i => $"a-{i}").Aggregate(PlacementState.None.Acknowledged, Alarms.Keep);
        Assert.Equal((Alarms.AcknowledgedMax, "a-1", $"a-{Alarms.AcknowledgedMax}"), (seen.Length, seen[0], seen[^1]));
    }

    [Fact]
    public void Effects_of_a_fact_are_those_of_its_grain()
    {
        var missed = new Fact(StreamId.Placement("r1"), 7, new PlacementEvent.DeadlineMissed(Noon, new(Noon, Noon), 1), Origin.Clock(Noon), Noon);
        Assert.Equal(PlacementAlarms.Of(missed).ToArray(), Effects.Of(missed).ToArray());
        Assert.NotEmpty(Effects.Of(missed));
        Assert.Empty(Effects.Of(missed with { Event = new PlacementEvent.AlarmAcknowledged(Alarm) }));
    }

    [Fact]
    public void An_effects_id_tells_it_from_every_other_and_has_room()
    {
        Assert.Equal(Alarm, EffectId.Of(StreamId.Placement("r1"), 7, 0));
        Assert.True(EffectId.Of(StreamId.Placement(new('x', 64)), long.MaxValue, 9).Length <= 96);
    }
}
