using System.Collections.Immutable;
using System.Diagnostics;
using Grains.Kernel;

namespace Grains.Facilities;

public static partial class Facility
{
    private static FacilityState Evolve(FacilityState state, FacilityEvent fact) => fact switch
    {
        FacilityEvent.Registered f => state with { Profile = f.Profile },
        FacilityEvent.ProfileChanged f => state with { Profile = f.Profile },
        FacilityEvent.CrucialSet f => state with { Crucial = f.Crucial },
        FacilityEvent.UnitAdded f => state with { Units = state.Units.SetItem(f.UnitId, UnitState.New(f.Profile)) },
        FacilityEvent.UnitChanged f => Change(state, f.UnitId, unit => Described(unit, f.Profile)),

        FacilityEvent.OpennessSet f => state with { Openness = Reported(state.Openness, f) },
        FacilityEvent.CrisisUseSet f => Change(state, f.UnitId, unit => unit with { CrisisUse = f.CrisisUse, CrisisUseAskedAt = null }),
        FacilityEvent.BedsReported f => Change(state, f.UnitId, unit => Reported(unit, f)),
        FacilityEvent.OperableDeclared f => Change(state, f.UnitId, unit => Reported(unit, f)),
        FacilityEvent.UnchangedConfirmed f => Change(state, f.UnitId, unit => Confirmed(unit, f.AsOf)) with { Openness = Confirmed(state.Openness, f.AsOf) },
        FacilityEvent.BlockSet f => state with { Blocks = state.Blocks.SetItem(f.BlockId, f.Block) },
        FacilityEvent.BlockEnded f => state with { Blocks = state.Blocks.Remove(f.BlockId), Over = state.Over.Add(f.BlockId) },

        FacilityEvent.RosterSet f => Change(state, f.UnitId, unit => Planned(unit, f)),
        FacilityEvent.StandardRosterSet f => Change(state, f.UnitId, unit => Planned(unit, f)),
        FacilityEvent.AbsenceReported f => Change(state, f.Absence.UnitId, unit => Absent(unit, f)),
        FacilityEvent.AbsenceEnded f => UnitOfAbsence(state, f.AbsenceId) is { } unitId ? Change(state, unitId, unit => Back(unit, f)) : state,

        FacilityEvent.ShortfallNoticed f => Change(state, f.UnitId, unit => unit with { ShortfallNoted = f.Shortfall }),
        FacilityEvent.ForecastShortfallNoticed f => Change(state, f.UnitId, unit => Noticed(unit, f)),

        FacilityEvent.Held f => state with { Holds = state.Holds.SetItem(Facilities.Hold.IdOf(f.RequestId, f.Attempt), Held(f, state.HoldsGiven + 1)), HoldsGiven = state.HoldsGiven + 1 },
        FacilityEvent.EnquiryRefused f => Refused(state, f.UnitId, f.Code, f.At),
        FacilityEvent.HoldExtended f => Extended(state, f),
        FacilityEvent.HoldConsented f => Consented(state, f),
        FacilityEvent.HoldOver f => Ended(state, f),
        FacilityEvent.HoldConsumed f => WithoutHold(state, Facilities.Hold.IdOf(f.RequestId, f.Attempt)),

        FacilityEvent.OccupancyOpened f => Opened(state, f),
        FacilityEvent.OccupancyChanged f => state with { Occupancies = state.Occupancies.SetItem(f.OccupancyId, Changed(state.Occupancies[f.OccupancyId], f)) },
        FacilityEvent.OccupancyEnded f => Ended(state, f),
        FacilityEvent.AlarmAcknowledged f => state with { Acknowledged = Alarms.Keep(state.Acknowledged, f.AlarmId) },
        _ => throw new UnreachableException(fact.GetType().Name),
    };

    private static FacilityState Change(FacilityState state, string unitId, Func<UnitState, UnitState> change) =>
        state with { Units = state.Units.SetItem(unitId, change(state.Units[unitId])) };

    // A licensed number that the description changes is newer than the one that was reported.
    private static UnitState Described(UnitState unit, UnitProfile profile) => unit with
    {
        Profile = profile,
        ReportedLicensed = profile.Licensed == unit.Profile.Licensed ? unit.ReportedLicensed : null,
    };

    private static OpennessFact Reported(OpennessFact known, FacilityEvent.OpennessSet f) =>
        f.AsOf < known.AsOf ? known : new(f.Openness, f.Reason, f.Text, f.ExpectedReopening, f.AsOf, Later(f.AsOf, known.FreshAsOf));

    private static UnitState Reported(UnitState unit, FacilityEvent.BedsReported f) => f.AsOf < unit.Beds?.AsOf ? unit : unit with
    {
        Beds = new(f.Occupied, f.Known, f.AsOf, Later(f.AsOf, unit.Beds?.FreshAsOf), Basis.Reported),
        ReportedLicensed = f.Licensed ?? unit.ReportedLicensed,
        DisputedSince = f.AsOf < unit.DisputedSince ? unit.DisputedSince : null,
        StaffShortSince = unit.Profile.Staffing != StaffingKind.NotStaffBound || f.AsOf < unit.StaffShortSince ? unit.StaffShortSince : null,
    };

    private static UnitState Reported(UnitState unit, FacilityEvent.OperableDeclared f) => f.AsOf < unit.DeclaredOperable?.AsOf ? unit : unit with
    {
        DeclaredOperable = new(f.Operable, f.AsOf, Later(f.AsOf, unit.DeclaredOperable?.FreshAsOf)),
        StaffShortSince = f.AsOf < unit.StaffShortSince ? unit.StaffShortSince : null,
        AbsentSince = f.AsOf < unit.AbsentSince ? unit.AbsentSince : null,
    };

    private static UnitState Confirmed(UnitState unit, DateTimeOffset asOf) => unit with
    {
        Beds = unit.Beds is { } beds ? beds with { FreshAsOf = Later(asOf, beds.FreshAsOf) } : null,
        DeclaredOperable = unit.DeclaredOperable is { } declared ? declared with { FreshAsOf = Later(asOf, declared.FreshAsOf) } : null,
        Staff = unit.Staff.FreshAsOf is { } since ? unit.Staff with { FreshAsOf = Later(asOf, since) } : unit.Staff,
        AbsentSince = asOf < unit.AbsentSince ? unit.AbsentSince : null,
    };

    private static OpennessFact Confirmed(OpennessFact openness, DateTimeOffset asOf) =>
        openness.FreshAsOf is { } since ? openness with { FreshAsOf = Later(asOf, since) } : openness;

    private static Hold Held(FacilityEvent.Held f, long number) =>
        new(f.UnitId, f.RequestId, f.Attempt, f.Beds, f.SingleRoom, HoldState.Active, f.Until, f.Subjects) { Number = number };

    private static FacilityState Extended(FacilityState state, FacilityEvent.HoldExtended f)
    {
        var id = Facilities.Hold.IdOf(f.RequestId, f.Attempt);
        return state with { Holds = state.Holds.SetItem(id, state.Holds[id] with { Until = f.Until, Extended = true }) };
    }

    private static FacilityState Consented(FacilityState state, FacilityEvent.HoldConsented f)
    {
        var id = Facilities.Hold.IdOf(f.RequestId, f.Attempt);
        var hold = state.Holds[id] with { State = HoldState.Consented, Until = f.Until };
        return Change(state with { Holds = state.Holds.SetItem(id, hold) }, hold.UnitId, unit => Attempted(unit, wasTrue: true) with { CohortReviewAskedAt = null });
    }

    private static FacilityState Ended(FacilityState state, FacilityEvent.HoldOver f)
    {
        var id = Facilities.Hold.IdOf(f.RequestId, f.Attempt);
        return Refused(WithoutHold(state, id), state.Holds[id].UnitId, f.Code, f.At);
    }

    private static FacilityState WithoutHold(FacilityState state, string id) => state with
    {
        Holds = state.Holds.Remove(id),
        HoldsOver = Newest(state.HoldsOver, id, FacilityLimits.HoldsOverMax),
    };

    private static UnitState Attempted(UnitState unit, bool wasTrue) =>
        unit with { LastAttempts = Newest(unit.LastAttempts, wasTrue, FacilityLimits.AttemptsMax) };

    // A stay changes how many there are, so the number is as fresh as the stay; one that began before the last report was counted in it.
    private static FacilityState Opened(FacilityState state, FacilityEvent.OccupancyOpened f)
    {
        var since = f.Occupancy.Since;
        return Change(state with { Occupancies = state.Occupancies.SetItem(f.OccupancyId, f.Occupancy) }, f.Occupancy.UnitId, unit => unit with
        {
            Beds = unit.Beds is { } beds ? Derived(beds, since, known: since <= beds.AsOf ? 1 : 0) : null,
        });
    }

    private static FacilityState Ended(FacilityState state, FacilityEvent.OccupancyEnded f)
    {
        var stay = state.Occupancies[f.OccupancyId];
        var next = state with
        {
            Occupancies = state.Occupancies.Remove(f.OccupancyId),
            Over = stay.RequestId is null ? state.Over.Add(f.OccupancyId) : state.Over,
        };
        return Change(next, stay.UnitId, unit => unit with
        {
            Beds = unit.Beds is { } beds ? Derived(beds, f.At, known: stay.Since <= beds.AsOf && f.At <= beds.AsOf ? -1 : 0) : null,
            RecentlyEnded = Newest(unit.RecentlyEnded, new EndedStay(f.OccupancyId, stay.Since, f.At), FacilityLimits.EndedStaysMax),
        });
    }

    private static BedsFact Derived(BedsFact beds, DateTimeOffset at, int known) => beds with
    {
        Known = beds.Known + known,
        FreshAsOf = Later(at, beds.FreshAsOf),
        Basis = at > beds.AsOf ? Basis.Derived : beds.Basis,
    };

    private static Occupancy Changed(Occupancy stay, FacilityEvent.OccupancyChanged f) =>
        stay with { PlannedEnd = f.PlannedEnd, OnLeave = f.OnLeave, SingleRoom = f.SingleRoom };

    private static DateTimeOffset Later(DateTimeOffset a, DateTimeOffset? b) => b > a ? b.Value : a;

    private static ImmutableArray<T> Newest<T>(ImmutableArray<T> items, T newest, int max) =>
        items.Length < max ? items.Add(newest) : [.. items.AsSpan()[^(max - 1)..], newest];
}
