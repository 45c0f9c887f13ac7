using Grains.Kernel;

namespace Grains.Facilities;

public static partial class Facility
{
    /// <summary>Whether children in trouble cannot come in at all any more, so that nobody need answer for an open offer.</summary>
    internal static bool EndsOffers(Openness openness) => openness is Openness.AdmissionStop or Openness.ClosedForNow or Openness.ClosedForGood;

    private static Decision<FacilityEvent> SetOpenness(FacilityState state, FacilityCommand.SetOpenness c, Context context)
    {
        var fact = OpennessSet(c, context.NoLaterThanNow(c.AsOf));
        var late = IsLate(state, c.AsOf);
        if (!late && c.Openness == Openness.ClosedForGood && Present(state) is > 0 and var occupied) return Refuse(Reason.FacilityOccupied, ("occupied", Text(occupied)));
        if (NeedsReason(c.Openness) && (c.Reason is null || (c.Reason == OpennessReason.Other && c.Text is null))) return Refuse(Reason.ReasonMissing);
        if (Says(state.Openness, fact)) return Already;
        return late || !EndsOffers(c.Openness) ? Accept(fact) : Accept([fact, .. ActiveHolds(state).Select(hold => Over(hold, HoldEnd.Revoked, context.Now))]);
    }

    /// <summary>Whether a report is older than what is known, so that it corrects the past only.</summary>
    internal static bool IsLate(FacilityState state, DateTimeOffset opennessAsOf) => Micros.Floor(opennessAsOf) < state.Openness.AsOf;

    /// <summary>Every hold that nobody has consented to, whether or not its time is past: the same holds at any instant, so that a plan made
    /// a moment earlier names the same ones.</summary>
    internal static IEnumerable<Hold> ActiveHolds(FacilityState state) => state.Holds.Values.Where(hold => hold.State == HoldState.Active);

    private static bool NeedsReason(Openness openness) => openness is not (Openness.Open or Openness.Unknown);

    private static FacilityEvent.OpennessSet OpennessSet(FacilityCommand.SetOpenness c, DateTimeOffset asOf) => NeedsReason(c.Openness)
        ? new(c.Openness, c.Reason, c.Text, c.ExpectedReopening, asOf)
        : new(c.Openness, null, null, null, asOf);

    private static bool Says(OpennessFact known, FacilityEvent.OpennessSet fact) =>
        (known.Value, known.Reason, known.Text, known.ExpectedReopening, known.AsOf) == (fact.Openness, fact.Reason, fact.Text, fact.ExpectedReopening, fact.AsOf);

    private static int Present(FacilityState state) => state.Occupancies.Count + state.Units.Values.Sum(unit => unit.Beds?.OtherOccupied ?? 0);

    private static Decision<FacilityEvent> SetCrisisUse(FacilityState state, FacilityCommand.SetCrisisUse c, Context context)
    {
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        if (unit.CrisisUse is { } known && (known.Value, known.Until, known.Text) == (c.CrisisUse, c.Until, c.Text)) return Already;
        return Accept(new FacilityEvent.CrisisUseSet(c.UnitId, new(c.CrisisUse, c.Said?.By ?? context.Origin.Actor, c.Said?.At ?? context.Now, c.Until, c.Text)));
    }

    private static Decision<FacilityEvent> ReportBeds(FacilityState state, FacilityCommand.ReportBeds c, Context context)
    {
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        var asOf = context.NoLaterThanNow(c.AsOf);
        var known = KnownAt(state, c.UnitId, asOf);
        var atMost = (c.Licensed ?? unit.Licensed) * context.Policy[PolicyNumbers.OccupiedShareMax] / 100;
        if (c.Occupied < known) return Refuse(Reason.BelowKnownPlacements, ("known", Text(known)));
        if (c.Occupied > atMost && !c.Confirmed) return Refuse(Reason.Impossible, ("at_most", Text(atMost)));
        if (Says(unit, c, known, asOf)) return Already;
        return Accept(new FacilityEvent.BedsReported(c.UnitId, c.Occupied, known, c.Licensed, asOf));
    }

    // Children placed through Plek who were in the unit at that moment.
    private static int KnownAt(FacilityState state, string unitId, DateTimeOffset at) =>
        state.Occupancies.Values.Count(stay => stay.UnitId == unitId && stay.Since <= at)
        + state.Units[unitId].RecentlyEnded.Count(stay => stay.Since <= at && at < stay.At);

    private static bool Says(UnitState unit, FacilityCommand.ReportBeds c, int known, DateTimeOffset asOf) =>
        unit.Beds is { } beds && (beds.Reported, beds.Known, beds.AsOf) == (c.Occupied, known, asOf)
        && unit.DisputedSince is null && (c.Licensed ?? unit.Licensed) == unit.Licensed;

    private static Decision<FacilityEvent> DeclareOperable(FacilityState state, FacilityCommand.DeclareOperable c, Context context)
    {
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        if (unit.Profile.Staffing != StaffingKind.DeclaredOperable) return Refuse(Reason.NotDeclaredOperable);
        var asOf = context.NoLaterThanNow(c.AsOf);
        var known = unit.DeclaredOperable;
        return known is not null && (known.Operable, known.AsOf) == (c.Operable, asOf) && unit.StaffShortSince is null
            ? Already : Accept(new FacilityEvent.OperableDeclared(c.UnitId, c.Operable, asOf));
    }

    private static Decision<FacilityEvent> ConfirmUnchanged(FacilityState state, FacilityCommand.ConfirmUnchanged c, Context context)
    {
        if (c.UnitId is not null && !state.Units.ContainsKey(c.UnitId)) return Refuse(Reason.UnknownUnit);
        var asOf = context.NoLaterThanNow(c.AsOf);
        return Accept([.. from unit in state.Units
                          where c.UnitId is null || c.UnitId == unit.Key
                          where Refreshes(state.Openness, unit.Value, asOf)
                          select new FacilityEvent.UnchangedConfirmed(unit.Key, asOf)]);
    }

    // What was never reported cannot be confirmed, and an old confirmation adds nothing to a newer one.
    private static bool Refreshes(OpennessFact openness, UnitState unit, DateTimeOffset asOf) =>
        openness.FreshAsOf < asOf || unit.Beds?.FreshAsOf < asOf || unit.DeclaredOperable?.FreshAsOf < asOf || unit.Staff.FreshAsOf < asOf || unit.AbsentSince <= asOf;

    private static Decision<FacilityEvent> SetBlock(FacilityState state, FacilityCommand.SetBlock c)
    {
        if (!state.Units.ContainsKey(c.Block.UnitId)) return Refuse(Reason.UnknownUnit);
        if (state.Over.Contains(c.BlockId)) return Refuse(Reason.BlockExists);
        if (!state.Blocks.TryGetValue(c.BlockId, out var known)) return Accept(new FacilityEvent.BlockSet(c.BlockId, c.Block));
        if (known.UnitId != c.Block.UnitId) return Refuse(Reason.BlockExists);
        return known == c.Block ? Already : Accept(new FacilityEvent.BlockSet(c.BlockId, c.Block));
    }

    private static Decision<FacilityEvent> EndBlock(FacilityState state, FacilityCommand.EndBlock c, Context context) =>
        state.Blocks.ContainsKey(c.BlockId) ? Accept(new FacilityEvent.BlockEnded(c.BlockId, context.NoLaterThanNow(c.At)))
        : state.Over.Contains(c.BlockId) ? Already
        : Refuse(Reason.UnknownBlock);
}
