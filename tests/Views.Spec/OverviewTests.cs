using FsCheck;
using FsCheck.Fluent;
using Gateway.Views;
using Grains.Facilities;
using Xunit;

namespace Views.Spec;

public sealed class OverviewTests
{
    [Fact]
    public async Task Never_adds_slots_to_beds()
    {
        var bed = new Bed();
        await bed.ShowAsync(Samples.Wending, [.. Samples.Reporting(), Samples.Unit("u2", Samples.Group(20, UnitKind.FlitsTeam, CapacityKind.Slots)), Samples.Beds(4, Bed.Noon, "u2")]);

        var rows = Overview.Of(bed.Capacity.Current, CapacityFilter.Everything, GroupBy.Region).Rows;

        Assert.Equal([(CapacityKind.Beds, 8, 3), (CapacityKind.Slots, 20, 16)], rows.Select(row => (row.Totals.Kind, row.Totals.Licensed, row.Totals.Available)));
    }

    [Fact]
    public async Task Says_how_many_units_have_reported_and_since_when()
    {
        var bed = new Bed();
        await bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await bed.ShowAsync(Samples.Brug, Samples.Registered("GM0512"), Samples.Unit());

        var rows = Overview.Of(bed.Capacity.Current, CapacityFilter.Everything, GroupBy.Municipality).Rows;

        Assert.Equal([("GM0505", 1, 1, Bed.Noon), ("GM0512", 0, 1, (DateTimeOffset?)null)],
            rows.Select(row => (row.Municipality, row.Totals.UnitsReporting, row.Totals.UnitsExpected, row.Totals.OldestReport)));
    }

    // Invariant 8, the second half.
    [Theory]
    [InlineData(GroupBy.Region)]
    [InlineData(GroupBy.Municipality)]
    [InlineData(GroupBy.UnitKind)]
    public void Totals_equal_the_sum_of_their_units(GroupBy grouped) => Prop.ForAll(World.Histories, history =>
    {
        var world = new World();
        foreach (var deed in history) world.DoAsync(deed).Wait();
        world.Bed.CatchUpAsync().Wait();
        var view = world.Bed.Capacity.Current;

        var expected = from row in view.Rows
                       where row.Capacity.Basis != Basis.Unknown
                       group row by (grouped == GroupBy.Municipality ? row.Facility.Municipality : null, grouped == GroupBy.UnitKind ? row.Unit.Profile.Kind : (UnitKind?)null, row.Capacity.Kind, row.Capacity.Cohort) into units
                       select (units.Key, units.Sum(u => u.Capacity.Slack), units.Sum(u => u.Capacity.Available), units.Sum(u => u.Capacity.CrisisAvailable), units.Count());
        var totals = from row in Overview.Of(view, CapacityFilter.Everything, grouped).Rows
                     where row.Totals.UnitsExpected > row.Totals.UnknownUnits
                     select ((row.Municipality, row.UnitKind, row.Totals.Kind, row.Totals.Cohort), row.Totals.Slack, row.Totals.Available, row.Totals.CrisisAvailable, row.Totals.UnitsExpected - row.Totals.UnknownUnits);
        Assert.Equal(expected.ToHashSet(), totals.ToHashSet());
    }).QuickCheckThrowOnFailure();
}
