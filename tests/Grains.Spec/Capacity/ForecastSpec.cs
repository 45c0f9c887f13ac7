using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Spec.Facilities;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;
using static Grains.Spec.Facilities.StaffWords;

namespace Grains.Spec.Capacity;

/// <summary>The next 21 shifts, by domain 4.</summary>
public sealed class ForecastSpec
{
    [Fact]
    public void Begins_with_the_shift_that_runs_and_goes_on_for_a_week()
    {
        var shifts = Of(Staffed());
        Assert.Equal(21, shifts.Length);
        Assert.Equal([new(Today, Shift.Day), new(Today, Shift.Evening), new(Today, Shift.Night), new(Today.AddDays(1), Shift.Day)], shifts.Take(4).Select(shift => shift.Key));
        Assert.Equal(new ShiftKey(Today.AddDays(6), Shift.Night), shifts[^1].Key);
    }

    [Fact]
    public void Each_shift_goes_by_its_own_staff_alone()
    {
        var shifts = Of(Staffed(6, Reported("a", Away(Shift.Evening, 2, until: At.Hours(20))), Rostered(Shift.Day, 2, Today.AddDays(1))));
        Assert.Equal([12, 3, 12, 8, 12], shifts.Take(5).Select(shift => shift.Staffed));
        Assert.Equal([10, 3, 10, 8, 10], shifts.Take(5).Select(shift => shift.Operable));
        Assert.Equal([0, 3, 0, 0, 0], shifts.Take(5).Select(shift => shift.Shortfall));
        Assert.Equal([Basis.Assumed, Basis.Assumed, Basis.Assumed, Basis.Reported, Basis.Assumed], shifts.Take(5).Select(shift => shift.Staff.Basis));
    }

    [Fact]
    public void Blocks_count_in_the_shifts_in_which_they_are_active()
    {
        var shifts = Of(Staffed().And(
            new FacilityEvent.BlockSet("b1", new(Unit, 2, BlockReason.Defect, At.Hours(9), At.Hours(11), At.Noon)),
            new FacilityEvent.BlockSet("b2", new(Unit, 3, BlockReason.Defect, At.Hours(-9), At.Noon, At.Noon))));
        Assert.Equal([0, 2, 2, 0], shifts.Take(4).Select(shift => shift.Blocked));
    }

    [Fact]
    public void Children_count_until_their_planned_end_and_on_when_it_has_passed()
    {
        FacilityEvent Stay(string id, DateTimeOffset? end) => new FacilityEvent.OccupancyOpened(id, new(Unit, id, null, At.Hours(-30), end, false, false));
        var shifts = Of(Staffed(3).And(Stay("open", null), Stay("tonight", At.Hours(10)), Stay("late", At.Hours(11)), Stay("overdue", At.Hours(-1))));
        Assert.Equal([4, 4, 3, 2, 2], shifts.Take(5).Select(shift => shift.Occupied));
    }

    [Fact]
    public void Holds_count_as_they_do_now() =>
        Assert.Equal([1, 1, 1], Of(Staffed(0, Held())).Take(3).Select(shift => shift.Held));

    [Fact]
    public void Where_staff_is_not_known_nobody_can_tell()
    {
        var history = Open(12, ByRatio).And(Rostered(Shift.Day, 3));
        Assert.Equal([12, null, null], Of(history).Take(3).Select(shift => shift.Staffed));
        Assert.Equal(2, Of(history)[0].Shortfall);
        Assert.Equal(Shift.Day, Forecast.FirstShort(TheGroup.Given(history).State, Unit, At.Noon, Policy.Default)?.Key.Shift);
        Assert.Null(Forecast.FirstShort(TheGroup.Given(Open(12, ByRatio)).State, Unit, At.Noon, Policy.Default));
    }

    [Fact]
    public void The_surplus_of_an_absence_is_shown_in_its_shifts() =>
        Assert.Equal([0, 2, 0], Of(Staffed(0, Reported("a", Away(Shift.Evening, 5)))).Take(3).Select(shift => shift.Staff.Surplus));

    private static System.Collections.Immutable.ImmutableArray<ForecastShift> Of(FacilityEvent[] history) =>
        Forecast.Of(TheGroup.Given(history).State, Unit, At.Noon, Policy.Default);
}
