using Grains.Kernel;

namespace Grains.Facilities;

public static partial class Facility
{
    private static Decision<FacilityEvent> Describe(FacilityState state, FacilityCommand.Describe c, Context context)
    {
        if (NamesUnknownUnit(state, c)) return Refuse(Reason.UnknownUnit);
        if (c.Blocks.Any(block => state.Blocks.TryGetValue(block.Key, out var known) && known.UnitId != block.Value.UnitId)) return Refuse(Reason.BlockExists);
        if (c.Occupancies.Any(stay => state.Occupancies.TryGetValue(stay.Key, out var known) && !SameStay(known, stay.Value))) return Refuse(Reason.OccupancyExists);

        List<FacilityEvent> events = [.. ProfileEvents(state, c), .. UnitEvents(state, c), .. BlockEvents(state, c), .. StayEvents(state, c, context.Now)];
        // Reports are judged by their own rules, each on what the description and the reports before it made of the facility.
        var next = Decider.Fold(state, events);
        foreach (var report in c.Reports.Where(report => IsNews(state, report)))
        {
            var (more, refusal) = Decide(next, report, context);
            if (refusal is not null) return new([], refusal);
            events.AddRange(more);
            next = Decider.Fold(next, more);
        }
        return Accept([.. events]);
    }

    /// <summary>Stays that the description brings in: neither here already nor ended here.</summary>
    internal static IEnumerable<KeyValuePair<string, Occupancy>> NewStays(FacilityState state, FacilityCommand.Describe c) =>
        c.Occupancies.Where(stay => !state.Occupancies.ContainsKey(stay.Key) && !state.Over.Contains(stay.Key));

    private static bool NamesUnknownUnit(FacilityState state, FacilityCommand.Describe c)
    {
        var named = c.Blocks.Values.Select(block => block.UnitId).Concat(c.Occupancies.Values.Select(stay => stay.UnitId));
        return named.Any(unitId => !c.Units.ContainsKey(unitId) && !state.Units.ContainsKey(unitId));
    }

    private static bool SameStay(Occupancy a, Occupancy b) => (a.UnitId, a.SubjectId) == (b.UnitId, b.SubjectId);

    private static IEnumerable<FacilityEvent> ProfileEvents(FacilityState state, FacilityCommand.Describe c)
    {
        if (state.Profile is null) yield return new FacilityEvent.Registered(c.Profile);
        else if (state.Profile != c.Profile) yield return new FacilityEvent.ProfileChanged(c.Profile);
    }

    private static IEnumerable<FacilityEvent> UnitEvents(FacilityState state, FacilityCommand.Describe c)
    {
        foreach (var (unitId, profile) in c.Units)
        {
            if (!state.Units.TryGetValue(unitId, out var known)) yield return new FacilityEvent.UnitAdded(unitId, profile);
            else if (known.Profile != profile) yield return new FacilityEvent.UnitChanged(unitId, profile);
        }
    }

    private static IEnumerable<FacilityEvent> BlockEvents(FacilityState state, FacilityCommand.Describe c) =>
        from described in c.Blocks
        where !state.Over.Contains(described.Key)
        where !state.Blocks.TryGetValue(described.Key, out var known) || known != described.Value
        select new FacilityEvent.BlockSet(described.Key, described.Value);

    private static IEnumerable<FacilityEvent> StayEvents(FacilityState state, FacilityCommand.Describe c, DateTimeOffset now)
    {
        foreach (var (id, stay) in NewStays(state, c)) yield return new FacilityEvent.OccupancyOpened(id, stay);
        foreach (var (id, stay) in c.Occupancies)
        {
            if (state.Occupancies.TryGetValue(id, out var known)
                && (known.PlannedEnd, known.OnLeave, known.SingleRoom) != (stay.PlannedEnd, stay.OnLeave, stay.SingleRoom))
                yield return new FacilityEvent.OccupancyChanged(id, stay.PlannedEnd, stay.OnLeave, stay.SingleRoom, now);
        }
    }

    /// <summary>Whether a described report says anything about a moment that is not known yet.</summary>
    internal static bool IsNews(FacilityState state, FacilityCommand report) => report switch
    {
        FacilityCommand.SetCrucial => state.Profile is null,
        FacilityCommand.SetOpenness c => !(Micros.Floor(c.AsOf) <= state.Openness.AsOf),
        FacilityCommand.SetCrisisUse { Said: { } said } c => !(Micros.Floor(said.At) <= Known(state, c.UnitId)?.CrisisUse?.At),
        FacilityCommand.ReportBeds c => !(Micros.Floor(c.AsOf) <= Known(state, c.UnitId)?.Beds?.AsOf),
        FacilityCommand.SetStandardRoster c => !(Micros.Floor(c.AsOf) <= Known(state, c.UnitId)?.Staff.StandardAsOf),
        FacilityCommand.DeclareOperable c => !(Micros.Floor(c.AsOf) <= Known(state, c.UnitId)?.DeclaredOperable?.AsOf),
        _ => throw new ArgumentException($"{report.GetType().Name} is no report that a description brings."),
    };

    private static UnitState? Known(FacilityState state, string unitId) => state.Units.GetValueOrDefault(unitId);
}
