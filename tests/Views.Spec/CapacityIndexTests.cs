using FsCheck;
using FsCheck.Fluent;
using Gateway.Views;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Providers;
using Xunit;

namespace Views.Spec;

public sealed class CapacityIndexTests
{
    private readonly Bed _bed = new();

    private UnitEntry Unit => _bed.Capacity.Current.Find("de-wending")!.Units[0];

    [Fact]
    public async Task Counts_a_hold_until_it_ends_without_any_event()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting(occupied: 5));
        await _bed.ShowAsync(Samples.Wending, new FacilityEvent.Held("u1", "r1", 1, 1, false, Bed.Noon.AddMinutes(30), ["s1"]));
        Assert.Equal((2, Bed.Noon.AddMinutes(30)), (Unit.Capacity.Available, Unit.ValidUntil));

        await _bed.PassAsync(TimeSpan.FromMinutes(30));

        Assert.Equal((3, Bed.Noon.AddMinutes(30)), (Unit.Capacity.Available, Unit.EvaluatedAt));
    }

    [Fact]
    public async Task Keeps_the_stamp_of_a_unit_that_says_the_same_as_before()
    {
        var position = await _bed.ShowAsync(Samples.Wending, [.. Samples.Reporting(), Samples.Unit("u2")]);

        await _bed.ShowAsync(Samples.Wending, Samples.Beds(1, Bed.Noon, "u2"));

        Assert.Equal(position, Unit.Position);
        Assert.Equal(position + 1, _bed.Capacity.Current.Find("de-wending")!.Units[1].Position);
    }

    [Fact]
    public async Task Looks_at_everything_again_when_the_mode_changes()
    {
        await _bed.ShowAsync(Samples.Wending, Samples.Reporting());
        await _bed.PassAsync(TimeSpan.FromHours(10));
        Assert.Equal(Freshness.Fresh, Unit.Capacity.Freshness);

        await _bed.ShowAsync(StreamId.Region(Policy.RegionKey), new Grains.Regions.RegionEvent.ModeSet(1, RegionMode.Crisis));

        Assert.Equal(Freshness.Ageing, Unit.Capacity.Freshness);
    }

    [Fact]
    public async Task Knows_the_names_of_providers()
    {
        await _bed.ShowAsync(StreamId.Provider("yulius"), new ProviderEvent.Registered(
            new("Yulius", ProviderKind.MentalHealth, [], [], ProviderStatus.Active, null, null)));

        Assert.Equal("Yulius", _bed.Capacity.Current.Providers["yulius"].Name);
    }

    [Fact]
    public async Task Lists_facilities_in_pages_that_neither_repeat_nor_leave_out()
    {
        for (var i = 0; i < 7; i++) await _bed.WriteAsync(StreamId.Facility($"f{i}"), Samples.Registered(i % 2 == 0 ? "GM0505" : "GM0512"));
        await _bed.CatchUpAsync();
        var view = _bed.Capacity.Current;
        var dordrecht = CapacityFilter.Everything with { Municipalities = ["GM0505"] };

        Assert.Equal(["f0", "f1", "f2"], view.List(CapacityFilter.Everything, "", 3).Select(f => f.Id));
        Assert.Equal(["f3", "f4", "f5"], view.List(CapacityFilter.Everything, "f2", 3).Select(f => f.Id));
        Assert.Equal(["f4", "f6"], view.List(dordrecht, "f3", 3).Select(f => f.Id));
        Assert.Equal(["f6"], view.List(CapacityFilter.Everything, "f5-that-is-gone", 3).Select(f => f.Id));
    }

    // However the log is cut into pages and whenever the clock moves, the index says what the rules say of the folded states.
    [Fact]
    public void Says_of_every_unit_what_the_rules_say_at_its_position_and_instant() => Prop.ForAll(World.Histories, history =>
    {
        var world = new World();
        foreach (var (i, deed) in history.Index())
        {
            world.DoAsync(deed).Wait();
            if (i % 3 != 0 && i != history.Length - 1) continue;
            world.Bed.CatchUpAsync().Wait();
            var view = world.Bed.Capacity.Current;
            var expected = from facility in world.Facilities
                           from unit in facility.Value.Units
                           select (facility.Key, unit.Key, UnitCapacity.At(facility.Value, unit.Key, view.EvaluatedAt, world.Policy));
            Assert.Equal(expected, view.Rows.Select(row => (row.FacilityId, row.UnitId, row.Capacity)));
            Assert.Equal(view.Rows.Min(row => row.ValidUntil), view.ValidUntil);
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Says_the_same_after_a_restart() => Prop.ForAll(World.Histories, history =>
    {
        var world = new World();
        foreach (var deed in history)
        {
            world.DoAsync(deed).Wait();
            world.Bed.CatchUpAsync().Wait();
        }
        var again = new CapacityIndex(world.Bed.Clock);
        world.Bed.Follow(again).RunOnceAsync(default).AsTask().Wait();

        Assert.Equal(world.Bed.Capacity.Current.Rows, again.Current.Rows, (a, b) => a.SaysTheSameAs(b));
        Assert.Equal(world.Bed.Capacity.Current.EvaluatedAt, again.Current.EvaluatedAt);
    }).QuickCheckThrowOnFailure();
}
