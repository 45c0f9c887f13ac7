using Gateway.Replay.Desk;
using Google.Protobuf.WellKnownTypes;
using Plek.V1;
using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>The book that judges the service: it must notice what it is there for.</summary>
public sealed class DeskBookTests
{
    private static readonly DateTimeOffset Noon = new(2020, 4, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Book _book = new();

    public DeskBookTests() => _book.Open(new()
    {
        Facility = new() { FacilityId = "f", Units = { new Unit { UnitId = "u", Licensed = 5, Staffing = StaffingKind.DeclaredOperable } } },
        Capacity = { new UnitCapacity { FacilityId = "f", UnitId = "u", Exact = new() { Occupied = 3, Staffed = 5 }, Beds = new() { AsOf = Noon.ToTimestamp() } } },
        Occupancies = { new Occupancy { UnitId = "u", OccupancyId = "o1", Since = Noon.AddDays(-9).ToTimestamp() } },
    });

    private UnitLine Unit => _book.Units["u"];

    [Fact]
    public void Counts_a_bed_that_was_not_there()
    {
        Promise("a", beds: 2);
        Assert.Equal(0, _book.PromisedTwice);
        Promise("b", beds: 1);
        Assert.Equal(1, _book.PromisedTwice);
    }

    [Fact]
    public void Gives_a_bed_back_when_its_hold_has_ended_by_time()
    {
        Promise("a", beds: 2);
        _book.Promise("u", "b", 1, 2, Noon.AddHours(3), consented: false, Noon.AddHours(1));
        Assert.Equal((0, 2), (_book.PromisedTwice, Unit.HeldAt(Noon.AddHours(1))));
    }

    [Fact]
    public void Takes_the_newest_offer_back_first_and_nothing_that_was_agreed()
    {
        var agreed = Promise("a", beds: 1);
        agreed.Consented = true;
        Promise("b", beds: 1);
        Unit.Staffed = 4;
        Assert.Equal(1, Book.Revoke(Unit, stopped: false, Noon));
        Unit.Staffed = 2;
        Assert.Equal(0, Book.Revoke(Unit, stopped: false, Noon));
        Assert.Equal([agreed], Unit.Holds);
    }

    [Fact]
    public void Counts_who_is_in_by_the_last_count_and_the_stays_since()
    {
        Unit.Ended("o1", Noon.AddHours(1));
        Assert.Equal(2, Unit.Occupied);
        Unit.Opened("o2", Noon.AddHours(2));
        Assert.Equal(3, Unit.Occupied);
        Unit.Reported(5, Noon.AddHours(3));
        Unit.Reported(0, Noon.AddHours(-3));
        Assert.Equal(5, Unit.Occupied);
    }

    private HoldLine Promise(string request, int beds) => _book.Promise("u", request, 1, beds, Noon.AddHours(1), consented: false, Noon);
}
