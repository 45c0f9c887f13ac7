using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Placements;

public static partial class Placement
{
    public static PlacementState Evolve(PlacementState state, PlacementEvent fact) => Overdue(state, WithoutIdleEnquiries(Move(state, fact)), fact);

    private static PlacementState Move(PlacementState state, PlacementEvent fact) => fact switch
    {
        PlacementEvent.Submitted f => PlacementState.None with
        {
            Phase = PlacementPhase.Received,
            Subjects = f.Subjects,
            Facts = f.Facts,
            Infection = f.Infection,
            Referral = f.Referral,
            CrisisAsked = f.CrisisAsked,
            WaitingSince = f.WaitingSince,
            Owner = f.Owner,
            Deadline = f.Deadline,
            Excluded = PlacementState.None.Excluded.AddRange(f.ExcludedUnits.Distinct().Select(unit => KeyValuePair.Create(unit, (DateTimeOffset?)null))),
            KeepApartFrom = PlacementState.None.KeepApartFrom.Union(f.KeepApartFrom),
            TransferOf = f.TransferOf,
        },
        PlacementEvent.TriageStarted f => state with { Phase = PlacementPhase.InTriage, Owner = f.Owner, Deadline = f.Deadline },
        PlacementEvent.Triaged f => state with
        {
            Phase = PlacementPhase.Searching,
            Facts = f.Facts,
            Infection = f.Infection,
            Urgency = f.Urgency,
            Crisis = f.Crisis,
            Deadline = f.Deadline,
        },
        PlacementEvent.DistanceChanged f => state with { Facts = f.Facts },
        PlacementEvent.Rejected => state with { Phase = PlacementPhase.Rejected, Deadline = null },
        PlacementEvent.Offered f => state with
        {
            Phase = PlacementPhase.Offered,
            Attempt = f.Attempt,
            Deadline = f.Deadline,
            Live = new(f.Attempt, f.FacilityId, f.UnitId, f.Beds, f.Deadline.At),
        },
        PlacementEvent.Enquired f => Asked(state, f),
        PlacementEvent.EnquiryAgreed f => Agreed(state, f),
        PlacementEvent.EnquiryOver f => Over(state, f),
        PlacementEvent.HoldExtended f => state with { Deadline = f.Deadline, Live = state.Live! with { Until = f.Deadline.At, Extended = true } },
        PlacementEvent.HoldKept => state,
        PlacementEvent.Consented f => state with
        {
            Phase = PlacementPhase.Agreed,
            Deadline = f.Deadline,
            Live = state.Live! with { Until = f.Deadline.At },
        },
        PlacementEvent.AttemptOver f => WithoutLive(state, f.How) with
        {
            Phase = f.BackToTriage ? PlacementPhase.InTriage : PlacementPhase.Searching,
            Deadline = f.Deadline,
            Excluded = f.ExcludesUnit ? Exclude(state, $"{state.Live!.FacilityId}/{state.Live.UnitId}", f.ExcludedUntil) : state.Excluded,
        },
        PlacementEvent.Departed f => state with { Phase = PlacementPhase.EnRoute, Deadline = f.Deadline },
        PlacementEvent.Admitted f => state with
        {
            Phase = PlacementPhase.Placed,
            Deadline = f.Deadline,
            CrisisStay = f.CrisisStay,
            Stays = state.Stays.AddRange(f.Stays.Select(stay => KeyValuePair.Create(stay.SubjectId, stay.OccupancyId))),
        },
        PlacementEvent.ArrivedAfterWithdrawal => state,
        PlacementEvent.TransferRequested => state,
        PlacementEvent.StayExtended f => state with { Deadline = f.Deadline },
        PlacementEvent.CrisisStayPassed f => Passed(state, f),
        PlacementEvent.StayEnded f => state with { Stays = state.Stays.Remove(f.SubjectId) },
        PlacementEvent.Ended => WithoutLive(state, how: null) with { Phase = PlacementPhase.Ended, Deadline = null },
        PlacementEvent.Cancelled => WithoutLive(state, AttemptEnd.Cancelled) with { Phase = PlacementPhase.Cancelled, Deadline = null },
        PlacementEvent.DetailsRead => state,
        PlacementEvent.AlarmAcknowledged f => state with { Acknowledged = Alarms.Keep(state.Acknowledged, f.AlarmId) },
        PlacementEvent.DeadlineMissed f => state with { Deadline = f.Next, Escalation = f.Escalation },
        _ => Wait(state, fact),
    };

    private static PlacementState WithoutLive(PlacementState state, AttemptEnd? how) => state.Live is { } live
        ? state with { Live = null, Past = state.Past.SetItem(live.Number, live with { End = how }) }
        : state;

    /// <summary>The longer exclusion stands; for good is the longest.</summary>
    private static ImmutableSortedDictionary<string, DateTimeOffset?> Exclude(PlacementState state, string unitId, DateTimeOffset? until) =>
        state.Excluded.TryGetValue(unitId, out var known) && (known is null || known >= until) ? state.Excluded : state.Excluded.SetItem(unitId, until);
}
