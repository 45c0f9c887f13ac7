using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Capacity;

/// <summary>Bed arithmetic, by domain 4.</summary>
public sealed class UnitCapacitySpec
{
    // The domain's own vectors: Licensed 10, Blocked 1, Occupied 6, Held 1; Staffed as declared instead of by shift.
    [Theory]
    [InlineData(12, 9, 2, 0)]
    [InlineData(8, 8, 1, 0)]
    [InlineData(3, 3, 0, 4)]
    [InlineData(0, 0, 0, 7)]
    public void Counts_as_the_domain_does(int staffed, int operable, int available, int shortfall)
    {
        var capacity = Of(Open(occupied: 6, unit: Declared).And(
            new FacilityEvent.OperableDeclared(Unit, staffed, At.Noon),
            new FacilityEvent.BlockSet("b1", new(Unit, 1, BlockReason.Defect, At.Noon, null, At.Noon)), Held(), Consented()));
        Assert.Equal((operable, 6, 1, available, shortfall), (capacity.Operable, capacity.Occupied, capacity.Held, capacity.Available, capacity.Shortfall));
        Assert.Equal(operable - 7, capacity.Slack);
    }

    [Fact]
    public void A_unit_that_staff_does_not_bind_can_use_what_is_licensed_and_not_blocked() => Assert.Equal(7, Of(Open().And(
        new FacilityEvent.BlockSet("b1", new(Unit, 3, BlockReason.Defect, At.Noon, null, At.Noon)))).Operable);

    [Fact]
    public void Blocks_never_take_more_than_is_licensed() => Assert.Equal(10, Of(Open().And(
        new FacilityEvent.BlockSet("b1", new(Unit, 8, BlockReason.Defect, At.Noon, null, At.Noon)),
        new FacilityEvent.BlockSet("b2", new(Unit, 8, BlockReason.Defect, At.Noon, null, At.Noon)))).Blocked);

    [Fact]
    public void A_block_counts_from_its_beginning_until_its_end()
    {
        var history = Open().And(new FacilityEvent.BlockSet("b1", new(Unit, 3, BlockReason.Defect, At.Hours(1), At.Hours(2), At.Noon)));
        Assert.Equal([0, 3, 3, 0], new[] { At.Hours(1).AddMicroseconds(-1), At.Hours(1), At.Hours(2).AddMicroseconds(-1), At.Hours(2) }.Select(at => Of(history, at).Blocked));
    }

    [Fact]
    public void The_bed_of_a_child_on_leave_stays_occupied() => Assert.Equal(1, Of(Open().And(
        Moved("ann", At.Minutes(1)), new FacilityEvent.OccupancyChanged("stay-ann", null, OnLeave: true, SingleRoom: false, At.Minutes(2)))).Occupied);

    [Fact]
    public void A_disputed_unit_shows_what_it_claims_and_has_nothing()
    {
        var capacity = Of(Open(occupied: 6).And(Held(), Over(HoldEnd.Refused, RefusalCode.NoBedInReality)));
        Assert.Equal((0, 4, Basis.Disputed), (capacity.Available, capacity.Claimed, capacity.Basis));
    }

    [Fact]
    public void A_unit_that_never_reported_is_unknown_and_has_nothing()
    {
        var capacity = Of(Registered().And(new FacilityEvent.OpennessSet(Openness.Open, null, null, null, At.Noon)));
        Assert.Equal((Basis.Unknown, Freshness.Unknown, 0, 10), (capacity.Basis, capacity.Freshness, capacity.Available, capacity.Slack));
    }

    [Fact]
    public void So_is_one_whose_staff_nobody_declared() => Assert.Equal(Basis.Unknown, Of(Open(unit: Declared)).Basis);

    [Theory]
    [InlineData(CrisisUse.Allowed, 4, 0)]
    [InlineData(CrisisUse.AfterConsultation, 0, 4)]
    [InlineData(CrisisUse.NotForCrisis, 0, 0)]
    public void What_crisis_may_use_stands_apart_from_what_needs_consultation(CrisisUse use, int allowed, int consulted)
    {
        var capacity = Of(Open(occupied: 6).And(new FacilityEvent.CrisisUseSet(Unit, new(use, "desk-1", At.Noon, null, null))));
        Assert.Equal((4, allowed, consulted), (capacity.Available, capacity.CrisisAvailable, capacity.AfterConsultationAvailable));
    }

    [Theory]
    [InlineData(24, 0, Freshness.Fresh)]
    [InlineData(24, 1, Freshness.Ageing)]
    [InlineData(48, 0, Freshness.Ageing)]
    [InlineData(48, 1, Freshness.Stale)]
    public void Beds_age_after_a_day_and_are_stale_after_two(int hours, int microseconds, Freshness expected) =>
        Assert.Equal(expected, Of(Open(), At.Hours(hours).AddMicroseconds(microseconds)).Freshnesses.Beds);

    [Fact]
    public void In_a_crisis_beds_and_openness_age_sooner()
    {
        var capacity = UnitCapacity.At(TheGroup.Given(Open()).State, Unit, At.Hours(25), Policies.Crisis);
        Assert.Equal(new Freshnesses(Freshness.Stale, Freshness.Fresh, Freshness.Ageing), capacity.Freshnesses);
        Assert.Equal(Freshness.Stale, capacity.Freshness);
    }

    [Fact]
    public void A_stay_refreshes_the_number_of_children_and_says_that_it_is_derived()
    {
        var capacity = Of(Open().And(Moved("ann", At.Hours(3))), At.Hours(4));
        Assert.Equal((Basis.Derived, At.Hours(3)), (capacity.Basis, capacity.BedsAsOf));
    }

    [Fact]
    public void Blocks_that_end_by_themselves_say_when_beds_come_back()
    {
        var state = TheGroup.Given(Open().And(
            new FacilityEvent.BlockSet("b1", new(Unit, 1, BlockReason.Quarantine, At.Noon, At.Hours(9), At.Noon)),
            new FacilityEvent.BlockSet("b2", new(Unit, 2, BlockReason.Defect, At.Noon, At.Hours(5), At.Noon)))).State;
        Assert.Equal([At.Hours(5), At.Hours(9), null], new[] { 2, 3, 4 }.Select(beds => UnitCapacity.BlocksGiveBack(state, Unit, At.Noon, beds)));
    }

    [Fact]
    public void Is_valid_until_the_next_instant_at_which_something_begins_ends_or_ages()
    {
        var state = TheGroup.Given(Open().And(
            Held(), new FacilityEvent.BlockSet("b1", new(Unit, 1, BlockReason.Defect, At.Hours(1), At.Hours(4), At.Noon)),
            new FacilityEvent.CrisisUseSet(Unit, new(CrisisUse.Allowed, "desk-1", At.Noon, At.Hours(3), null)))).State;
        Assert.Equal(
            [1, 2, 3, 4, 24, 48, 168],
            Walk(state).Take(7).Select(at => (int)(at - At.Noon).TotalHours));
    }

    [Fact]
    public void Sums_units_and_tells_the_unknown_and_the_stale_apart()
    {
        var fresh = Of(Open(occupied: 6));
        var disputed = Of(Open(occupied: 12).And(Held(), Over(HoldEnd.Refused, RefusalCode.NoBedInReality)));
        var stale = Of(Open(occupied: 1), At.Hours(100));
        var unknown = Of(Registered());
        var sum = new[] { fresh, disputed, stale, unknown }.Aggregate(CapacityTotals.Of(CapacityKind.Beds, Cohort.Regular), (total, unit) => total.Add(unit));
        Assert.Equal((30, 19, 13, 2), (sum.Licensed, sum.Occupied, sum.Available, sum.Shortfall));
        Assert.Equal((4, 2, 1, 1, 1), (sum.UnitsExpected, sum.UnitsReporting, sum.StaleUnits, sum.UnknownUnits, sum.DisputedUnits));
        Assert.Equal(At.Noon, sum.OldestReport);
    }

    [Fact]
    public void Never_adds_slots_to_beds_nor_quarantine_to_regular_places()
    {
        var slots = Of(Open(unit: Group with { CapacityKind = CapacityKind.Slots }));
        Assert.Throws<ArgumentException>(() => CapacityTotals.Of(CapacityKind.Beds, Cohort.Regular).Add(slots));
        Assert.Throws<ArgumentException>(() => CapacityTotals.Of(CapacityKind.Slots, Cohort.Observation).Add(slots));
        Assert.Throws<ArgumentException>(() => CapacityTotals.Of(CapacityKind.Beds, Cohort.Regular).Add(CapacityTotals.Of(CapacityKind.Slots, Cohort.Regular)));
    }

    private static IEnumerable<DateTimeOffset> Walk(FacilityState state)
    {
        for (DateTimeOffset? at = At.Noon; (at = UnitCapacity.ValidUntil(state, Unit, at.Value, Policy.Default)) is { } next;) yield return next;
    }

    private static UnitCapacity Of(FacilityEvent[] history, DateTimeOffset? at = null) =>
        UnitCapacity.At(TheGroup.Given(history).State, Unit, at ?? At.Noon, Policy.Default);
}
