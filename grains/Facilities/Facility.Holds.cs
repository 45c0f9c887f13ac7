using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Finding;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Facilities;

public static partial class Facility
{
    private static Decision<FacilityEvent> Hold(FacilityState state, FacilityCommand.Hold c, Context context)
    {
        if (IsKnown(state, c.RequestId, c.Attempt)) return Refuse(Reason.StaleAttempt, ("attempt", Text(c.Attempt)));
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);

        var capacity = UnitCapacity.At(state, c.UnitId, context.Now, context.Policy);
        var wanted = WantedBy(c);
        if (WhyNoPlace(state, c, unit, capacity, wanted, context.Now) is { } reason) return NoPlace(reason, capacity);
        if (HasTooManyHolds(state, context.Now, context.Policy)) return Refuse(Reason.TooManyHolds);

        var until = c.Agreed ? Deadlines.ArrivalBy(context, c.Urgency) : Deadlines.HoldUntil(context, c.Urgency);
        var held = new FacilityEvent.Held(
            c.UnitId, c.RequestId, c.Attempt, wanted.Beds, wanted.FitsCohort(unit.Cohort) == CohortFit.SingleRoom,
            until, [.. c.Children.Select(child => child.SubjectId)], c.Exception, c.Consultation,
            AcceptedStale: capacity.Freshness == Freshness.Stale);
        return c.Agreed ? Accept(held, new FacilityEvent.HoldConsented(c.RequestId, c.Attempt, until)) : Accept(held);
    }

    private static Wanted WantedBy(FacilityCommand.Hold c) =>
        Wanted.Of(c.Children, c.Infection, c.Crisis, c.HasSecureBasis, c.Urgency, c.ExcludedUnits, c.KeepApartFrom);

    // Domain 5's order. HardFilter says the same of a unit that is only looked for; a property test holds them together.
    private static Reason? WhyNoPlace(FacilityState state, FacilityCommand.Hold c, UnitState unit, in UnitCapacity capacity, Wanted wanted, DateTimeOffset now)
    {
        if (WhyNever(state, c, unit, capacity, wanted, now, consulted: c.Consultation is not null) is { } never) return never;
        if (capacity.Disputed) return Reason.UnitDisputed;
        if (capacity.Freshness == Freshness.Stale && !c.AcceptStale) return Reason.UnitStale;
        if (capacity.Available < wanted.Beds) return Reason.NotEnoughBeds;
        if (wanted.FitsCohort(unit.Cohort) == CohortFit.SingleRoom && capacity.SingleRooms < wanted.Beds) return Reason.NotEnoughSingleRooms;
        return null;
    }

    // The part of that order which no report of the unit changes.
    private static Reason? WhyNever(
        FacilityState state, FacilityCommand.Hold c, UnitState unit, in UnitCapacity capacity, Wanted wanted, DateTimeOffset now, bool consulted)
    {
        if (capacity.Openness is not (Openness.Open or Openness.Limited)) return Reason.NotOpen;
        if (c.Crisis && capacity.CrisisUse == CrisisUse.NotForCrisis && c.Exception is not { NotForCrisis: true }) return Reason.NotForCrisis;
        if (c.Crisis && capacity.CrisisUse == CrisisUse.AfterConsultation && !consulted) return Reason.ConsultationRequired;
        if (!wanted.FitsAge(unit.Profile.AgeMin, unit.Profile.AgeMax) && c.Exception is not { Age: true }) return Reason.AgeOutOfRange;
        if (!wanted.FitsGender(unit.Profile.GenderPolicy) && c.Exception is not { Gender: true }) return Reason.GenderNotAccepted;
        if (!wanted.FitsSecurity(unit.Profile.Security)) return Reason.SecurityWithoutLegalBasis;
        if (wanted.FitsCohort(unit.Cohort) == CohortFit.No) return Reason.CohortMismatch;
        if (IsPresentOrExpected(state, c.UnitId, c.KeepApartFrom, now)) return Reason.KeepApartChildPresent;
        return c.ExcludedUnits.Contains(c.UnitId) ? Reason.UnitExcluded : null;
    }

    private static Decision<FacilityEvent> NoPlace(Reason reason, in UnitCapacity capacity) => reason switch
    {
        Reason.NotEnoughBeds => Refuse(reason, ("available", Text(capacity.Available))),
        Reason.NotEnoughSingleRooms => Refuse(reason, ("available", Text(capacity.SingleRooms))),
        _ => Refuse(reason),
    };

    public static bool HasTooManyHolds(FacilityState state, DateTimeOffset instant, Policy policy) =>
        state.Holds.Values.Count(hold => hold.KeepsBedsAt(instant)) >= policy[PolicyNumbers.HoldsPerFacilityMax];

    /// <summary>Whether one of these children is in the unit, or has a bed of it held.</summary>
    public static bool IsPresentOrExpected(FacilityState state, string unitId, ImmutableSortedSet<string> subjects, DateTimeOffset instant) =>
        !subjects.IsEmpty
        && (state.Occupancies.Values.Any(stay => stay.UnitId == unitId && subjects.Contains(stay.SubjectId))
            || state.Holds.Values.Any(hold => hold.UnitId == unitId && hold.KeepsBedsAt(instant) && hold.Subjects.Any(subjects.Contains)));

    private static Decision<FacilityEvent> ExtendHold(FacilityState state, FacilityCommand.ExtendHold c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return Refuse(missing);
        if (hold.State == HoldState.Consented) return Refuse(Reason.NotAllowedInState, ("state", "Consented"), ("allowed_commands", "Admit,WithdrawOffer"));
        if (!hold.KeepsBedsAt(context.Now)) return Refuse(Reason.HoldEnded);
        return hold.Extended || c.Until <= hold.Until
            ? Refuse(Reason.HoldAlreadyExtended)
            : Accept(new FacilityEvent.HoldExtended(c.RequestId, c.Attempt, c.Until));
    }

    private static Decision<FacilityEvent> KeepHold(FacilityState state, FacilityCommand.KeepHold c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return Refuse(missing);
        if (hold.State != HoldState.Consented) return Refuse(Reason.HoldNotConsented);
        return UnitCapacity.At(state, hold.UnitId, context.Now, context.Policy).Shortfall > 0 ? Already : Refuse(Reason.NoShortfall);
    }

    private static Decision<FacilityEvent> ConsentHold(FacilityState state, FacilityCommand.ConsentHold c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return Refuse(missing);
        if (hold.State == HoldState.Consented) return Already;
        if (!hold.KeepsBedsAt(context.Now)) return Refuse(Reason.HoldEnded);
        return Accept(new FacilityEvent.HoldConsented(c.RequestId, c.Attempt, Deadlines.ArrivalBy(context, c.Urgency)));
    }

    private static Decision<FacilityEvent> RefuseHold(FacilityState state, FacilityCommand.RefuseHold c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return Refuse(missing);
        if (hold.State == HoldState.Consented) return Refuse(Reason.NotAllowedInState, ("state", "Consented"), ("allowed_commands", "Admit,WithdrawOffer"));
        if (!hold.KeepsBedsAt(context.Now)) return Refuse(Reason.HoldEnded);
        return Accept(Over(hold, HoldEnd.Refused, context.Now, c.Code));
    }

    private static Decision<FacilityEvent> ReleaseHold(FacilityState state, FacilityCommand.ReleaseHold c, Context context) =>
        Find(state, c.RequestId, c.Attempt, out var hold) switch
        {
            null => Accept(Over(hold, HoldEnd.Released, context.Now)),
            Reason.HoldEnded => Already,
            { } missing => Refuse(missing),
        };

    // A hold that was consented to in the meantime must stop the whole step, or its request would lose an agreed place.
    private static Decision<FacilityEvent> EndHoldByTime(FacilityState state, FacilityCommand.EndHoldByTime c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return missing == Reason.HoldEnded ? Already : Refuse(missing);
        if (hold.KeepsBedsAt(context.Now)) return Refuse(Reason.NotAllowedInState, ("state", hold.State.ToString()), ("allowed_commands", "WithdrawOffer"));
        return Accept(Over(hold, HoldEnd.Expired, hold.Until));
    }

    private static FacilityEvent.HoldOver Over(Hold hold, HoldEnd how, DateTimeOffset at, RefusalCode? code = null) =>
        new(hold.RequestId, hold.Attempt, how, code, at);

    private static bool IsKnown(FacilityState state, string requestId, int attempt)
    {
        var id = Facilities.Hold.IdOf(requestId, attempt);
        return state.Holds.ContainsKey(id) || state.HoldsOver.Contains(id);
    }

    /// <returns>Null with the live hold, or why there is none.</returns>
    private static Reason? Find(FacilityState state, string requestId, int attempt, out Hold hold)
    {
        var id = Facilities.Hold.IdOf(requestId, attempt);
        if (state.Holds.TryGetValue(id, out hold!)) return null;
        return state.HoldsOver.Contains(id) ? Reason.HoldEnded : Reason.UnknownHold;
    }
}
