using Grains.Capacity;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Facilities;

public static partial class Facility
{
    private static Decision<FacilityEvent> Admit(FacilityState state, FacilityCommand.Admit c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return Refuse(missing);
        if (!SameChildren(hold, c)) return Refuse(Reason.NotAllowedInState, ("state", hold.State.ToString()), ("allowed_commands", "Admit"));
        if (c.Children.Any(child => state.Occupancies.ContainsKey(child.OccupancyId))) return Refuse(Reason.OccupancyExists);
        if (WhyNotIn(state, c, hold, context) is { } reason) return Refuse(reason);

        var at = context.NoLaterThanNow(c.At);
        if (c.Leaving is { } leaving && WhyNotOut(state, leaving, at) is { } stuck) return stuck;
        var cohort = state.Units[hold.UnitId].Cohort;
        return Accept([
            .. c.Leaving?.OccupancyIds.Select(id => new FacilityEvent.OccupancyEnded(id, at)) ?? [],
            new FacilityEvent.HoldConsumed(c.RequestId, c.Attempt, at),
            .. c.Children.Select(child => new FacilityEvent.OccupancyOpened(child.OccupancyId, new(
                hold.UnitId, child.SubjectId, c.RequestId, at, child.PlannedEnd, OnLeave: false, Fit(child, cohort) == CohortFit.SingleRoom, child.Infection)))]);
    }

    // Asked again at the door, for things may have changed since the hold.
    private static Reason? WhyNotIn(FacilityState state, FacilityCommand.Admit c, Hold hold, Context context)
    {
        if (hold.State != HoldState.Consented) return Reason.HoldNotConsented;
        var unit = state.Units[hold.UnitId];
        if (unit.Profile.Security == Security.Secure && !c.HasSecureBasis) return Reason.LegalBasisMissing;
        if (c.Children.Any(child => child.Status == InfectionStatus.NotAsked)) return Reason.InfectionNotAsked;
        if (c.Children.Any(child => Fit(child, unit.Cohort) == CohortFit.No)) return Reason.CohortMismatch;
        var singles = c.Children.Count(child => Fit(child, unit.Cohort) == CohortFit.SingleRoom);
        var others = UnitCapacity.At(state with { Holds = state.Holds.Remove(hold.Id) }, hold.UnitId, context.Now, context.Policy);
        return singles > others.SingleRooms ? Reason.NotEnoughSingleRooms : null;
    }

    private static bool SameChildren(Hold hold, FacilityCommand.Admit c) =>
        c.Children.Select(child => child.SubjectId).Order(StringComparer.Ordinal).SequenceEqual(hold.Subjects.Order(StringComparer.Ordinal))
        && c.Children.Select(child => child.OccupancyId).Distinct(StringComparer.Ordinal).Count() == c.Children.Length;

    // At the door nobody is NotAsked any more, so how urgent it was makes no difference.
    private static CohortFit Fit(Admission child, Cohort cohort) => Cohorts.Fit(child.Status, cohort, Urgency.Planned);

    private static Decision<FacilityEvent> EndOccupancy(FacilityState state, FacilityCommand.EndOccupancy c, Context context)
    {
        if (!state.Occupancies.TryGetValue(c.OccupancyId, out var stay)) return HasEnded(state, c.OccupancyId) ? Already : Refuse(Reason.UnknownOccupancy);
        if (stay.RequestId != c.RequestId) return Refuse(Reason.NotAllowedInState, ("state", "Placed"), ("allowed_commands", "EndStay"));
        var at = context.NoLaterThanNow(c.At);
        return at < stay.Since
            ? Refuse(Reason.Impossible, ("at_least", Text(stay.Since)))
            : Accept(new FacilityEvent.OccupancyEnded(c.OccupancyId, at));
    }

    private static Decision<FacilityEvent> EndOccupancies(FacilityState state, FacilityCommand.EndOccupancies c, Context context)
    {
        var at = context.NoLaterThanNow(c.At);
        return WhyNotOut(state, c.Leaving, at) ?? Accept([.. c.Leaving.OccupancyIds.Select(id => new FacilityEvent.OccupancyEnded(id, at))]);
    }

    /// <summary>Null when the stays can end then.</summary>
    private static Decision<FacilityEvent>? WhyNotOut(FacilityState state, Departure leaving, DateTimeOffset at)
    {
        foreach (var id in leaving.OccupancyIds)
        {
            if (!state.Occupancies.TryGetValue(id, out var stay) || stay.RequestId != leaving.RequestId) return Refuse(Reason.UnknownOccupancy);
            if (at < stay.Since) return Refuse(Reason.Impossible, ("at_least", Text(stay.Since)));
        }
        return null;
    }

    private static Decision<FacilityEvent> ExtendStay(FacilityState state, FacilityCommand.ExtendStay c, Context context) =>
        !state.Occupancies.TryGetValue(c.OccupancyId, out var stay) || stay.RequestId != c.RequestId ? Refuse(Reason.UnknownOccupancy)
        : stay.PlannedEnd == c.PlannedEnd ? Already
        : Accept(new FacilityEvent.OccupancyChanged(c.OccupancyId, c.PlannedEnd, stay.OnLeave, stay.SingleRoom, context.Now));

    private static bool HasEnded(FacilityState state, string occupancyId) =>
        state.Over.Contains(occupancyId) || state.Units.Values.Any(unit => unit.RecentlyEnded.Any(stay => stay.OccupancyId == occupancyId));
}
