using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Regions;

namespace Views.Spec;

/// <summary>One thing that happens in a small random region. What cannot happen to the region as it stands happens to nobody.</summary>
/// <param name="Facility">0 to 3.</param>
/// <param name="Unit">0 to 2.</param>
/// <param name="Number">0 to 7, read as the deed needs it.</param>
public sealed record Deed(What What, int Facility, int Unit, int Number);

public enum What
{
    Register, Move, AddUnit, ChangeUnit, SetOpenness, SetCrisisUse, ReportBeds, DeclareOperable, Confirm, SetBlock, EndBlock,
    Hold, Consent, EndHold, Admit, EndStay, SetPolicy, PassTime,
}

/// <summary>A region that is what its deeds made it, kept as states of the deciders alone: the model that the views are held against.</summary>
public sealed class World(int cellUnitsMax = 2)
{
    private readonly Bed _bed = new(cellUnitsMax);
    private int _ids;

    public Bed Bed => _bed;
    public SortedDictionary<string, FacilityState> Facilities { get; } = new(StringComparer.Ordinal);
    public Policy Policy { get; private set; } = Policy.Default;

    private DateTimeOffset Now => _bed.Clock.GetUtcNow();

    // Few names, few beds and small numbers, so that most deeds meet what an earlier one did.
    private static readonly Gen<Deed> Deeds =
        from what in Gen.Frequency(
            (1, Gen.Elements(What.Register, What.Move, What.SetPolicy)), (3, Gen.Elements(What.AddUnit, What.ChangeUnit)),
            (4, Gen.Elements(What.SetOpenness, What.SetCrisisUse, What.ReportBeds, What.DeclareOperable, What.Confirm)),
            (4, Gen.Elements(What.SetBlock, What.EndBlock, What.Hold, What.Consent, What.EndHold, What.Admit, What.EndStay)),
            (2, Gen.Constant(What.PassTime)))
        from facility in Gen.Choose(0, 3)
        from unit in Gen.Choose(0, 2)
        from number in Gen.Choose(0, 7)
        select new Deed(what, facility, unit, number);

    // Every history begins with a region worth speaking of.
    private static readonly ImmutableArray<Deed> Beginning =
    [
        .. from facility in Enumerable.Range(0, 3)
           from deed in new Deed[]
           {
               new(What.Register, facility, 0, facility), new(What.SetOpenness, facility, 0, 0), new(What.AddUnit, facility, 0, facility),
               new(What.AddUnit, facility, 1, facility + 3), new(What.ReportBeds, facility, 0, facility), new(What.ReportBeds, facility, 1, 1),
               new(What.SetCrisisUse, facility, 0, 0), new(What.DeclareOperable, facility, 1, 6),
           }
           select deed,
    ];

    /// <summary>A failing history gets shorter by leaving out one deed at a time.</summary>
    public static Arbitrary<Deed[]> Histories => Arb.From(
        from deeds in Deeds.ArrayOf() select Beginning.AddRange(deeds).ToArray(),
        history => history.Select((_, i) => history.Where((_, j) => j != i).ToArray()));

    /// <summary>Forty facilities with three units each that mostly have a place: so many that a search must choose. One facility at a time is left out.</summary>
    public static Arbitrary<Deed[]> Crowds => Arb.From(
        from deeds in Gen.CollectToArray(Enumerable.Range(0, 40).SelectMany(Founding))
        select deeds,
        crowd => crowd.Select(deed => deed.Facility).Distinct().Select(left => crowd.Where(deed => deed.Facility != left).ToArray()));

    private static IEnumerable<Gen<Deed>> Founding(int facility) =>
        from what in new[] { What.Register, What.SetOpenness, What.AddUnit, What.ReportBeds, What.SetCrisisUse, What.DeclareOperable }
        from unit in Enumerable.Range(0, what is What.Register or What.SetOpenness ? 1 : 3)
        select from number in Gen.Choose(0, what == What.ReportBeds ? 3 : 7) select new Deed(what, facility, unit, number);

    /// <summary>Makes it happen in the model and in the log; the views do not know yet.</summary>
    public async Task DoAsync(Deed deed)
    {
        if (deed.What == What.PassTime)
        {
            TimeSpan[] spans = [TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(45), TimeSpan.FromHours(5), TimeSpan.FromHours(12), TimeSpan.FromHours(26), TimeSpan.FromDays(5), TimeSpan.FromTicks(10), TimeSpan.FromHours(24)];
            _bed.Clock.Advance(spans[deed.Number]);
            return;
        }
        if (deed.What == What.SetPolicy)
        {
            Policy = Policy with { Version = Policy.Version + 1, Mode = (RegionMode)(deed.Number % 2) };
            await _bed.WriteAsync(StreamId.Region(Policy.RegionKey), new RegionEvent.ModeSet(Policy.Version, Policy.Mode));
            return;
        }
        var id = $"f{deed.Facility}";
        var state = Facilities.GetValueOrDefault(id, FacilityState.None);
        if (Fact(state, deed) is not { } fact) return;
        Facilities[id] = Facility.Decider.Evolve(state, fact);
        await _bed.WriteAsync(StreamId.Facility(id), fact);
    }

    private FacilityEvent? Fact(FacilityState state, Deed deed)
    {
        if (deed.What == What.Register) return state.Profile is null ? new FacilityEvent.Registered(Profile(deed)) : null;
        if (state.Profile is null) return null;
        var unit = $"u{deed.Unit}";
        var known = state.Units.ContainsKey(unit);
        return deed.What switch
        {
            What.Move => new FacilityEvent.ProfileChanged(Profile(deed)),
            What.AddUnit => known ? null : new FacilityEvent.UnitAdded(unit, Unit(deed)),
            What.SetOpenness => Openness(deed),
            _ when !known => null,
            What.ChangeUnit => new FacilityEvent.UnitChanged(unit, Unit(deed)),
            What.SetCrisisUse => new FacilityEvent.CrisisUseSet(unit, new((CrisisUse)(new[] { 1, 1, 1, 0, 2, 1, 2, 1 }[deed.Number]), "yulius", Now, deed.Number > 4 ? Now.AddHours(6) : null, null)),
            What.ReportBeds => new FacilityEvent.BedsReported(unit, deed.Number, state.Occupancies.Values.Count(stay => stay.UnitId == unit), null, Now),
            What.DeclareOperable => new FacilityEvent.OperableDeclared(unit, deed.Number + 1, Now),
            What.Confirm => new FacilityEvent.UnchangedConfirmed(unit, Now),
            What.SetBlock => new FacilityEvent.BlockSet($"b{_ids++}", new(unit, 1 + (deed.Number % 2), BlockReason.Cleaning, Now.AddHours(deed.Number - 3), deed.Number % 3 == 0 ? null : Now.AddHours(deed.Number + 2), Now.AddDays(1))),
            What.EndBlock => state.Blocks.Keys.FirstOrDefault() is { } block ? new FacilityEvent.BlockEnded(block, Now) : null,
            What.Hold => new FacilityEvent.Held(unit, $"r{_ids++}", 1, 1 + (deed.Number % 2), deed.Number == 7, Now.AddMinutes(30), [$"s{deed.Number}"]),
            What.Consent => OneHold(state, HoldState.Active) is { } hold ? new FacilityEvent.HoldConsented(hold.RequestId, hold.Attempt, Now.AddHours(4)) : null,
            What.EndHold => OneHold(state, null) is { } hold ? new FacilityEvent.HoldOver(hold.RequestId, hold.Attempt, HoldEnd.Refused, (RefusalCode)(deed.Number % 3), Now) : null,
            What.Admit => new FacilityEvent.OccupancyOpened($"o{_ids++}", new(unit, $"s{deed.Number}", null, Now, null, OnLeave: false, SingleRoom: deed.Number == 7)),
            What.EndStay => state.Occupancies.Keys.FirstOrDefault() is { } stay ? new FacilityEvent.OccupancyEnded(stay, Now) : null,
            _ => null,
        };
    }

    private static Hold? OneHold(FacilityState state, HoldState? wanted) => state.Holds.Values.FirstOrDefault(hold => wanted is null || hold.State == wanted);

    private static FacilityProfile Profile(Deed deed) => new(
        $"p{deed.Number % 2}", $"F{deed.Facility}", deed.Number % 2 == 0 ? "GM0505" : "GM0512", 3300 + deed.Number,
        51.7 + (0.06 * deed.Number), 4.5 + (0.1 * (deed.Facility % 7)), DeliveryNow.InPerson);

    private static UnitProfile Unit(Deed deed) => new(
        $"U{deed.Unit}", (UnitKind)(deed.Number % 8), deed.Number == 6 ? CapacityKind.Slots : CapacityKind.Beds, Licensed: 3 + deed.Number, SingleRooms: deed.Number % 3,
        AgeMin: deed.Number, AgeMax: 10 + deed.Number, (GenderPolicy)(new[] { 0, 0, 1, 2, 3, 0, 0, 0 }[deed.Number]), (Security)(deed.Number == 5 ? 2 : deed.Number % 2),
        deed.Number % 3 == 0 ? [] : [(Specialism)(deed.Number % 4), Specialism.Autism], SiblingsPossible: deed.Number != 2, Wheelchair: deed.Number % 2 == 0,
        deed.Unit == 1 ? StaffingKind.DeclaredOperable : StaffingKind.NotStaffBound);

    private FacilityEvent Openness(Deed deed) => deed.Number switch
    {
        < 5 => new FacilityEvent.OpennessSet(Grains.Facilities.Openness.Open, null, null, null, Now),
        5 => new FacilityEvent.OpennessSet(Grains.Facilities.Openness.Limited, OpennessReason.Staff, null, Now.AddHours(8), Now),
        6 => new FacilityEvent.OpennessSet(Grains.Facilities.Openness.AdmissionStop, OpennessReason.Infection, null, Now.AddHours(3), Now),
        _ => new FacilityEvent.OpennessSet(Grains.Facilities.Openness.ClosedForNow, OpennessReason.Other, null, null, Now),
    };
}
