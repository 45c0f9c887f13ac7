using Grains.Facilities;

namespace Grains.Capacity;

/// <summary>The sum of some units at one instant, of one capacity kind and one cohort: slots are never added to beds, nor quarantine beds to regular ones.</summary>
/// <remarks>A unit that is Unknown counts in <paramref name="UnitsExpected"/> and <paramref name="UnknownUnits"/> alone; it is shown apart.</remarks>
/// <param name="UnitsReporting">Those that ever reported and are not stale.</param>
/// <param name="Staffed">A unit that staff does not bound counts what is licensed.</param>
/// <param name="OldestReport">From when the oldest number of children in the sum dates, or null for an empty sum.</param>
public readonly record struct CapacityTotals(
    CapacityKind Kind, Cohort Cohort, int Licensed, int Blocked, int Staffed, int Operable, int Occupied, int Held, int Slack, int Available,
    int Shortfall, int CrisisAvailable, int AfterConsultationAvailable, int UnitsReporting, int UnitsExpected, int StaleUnits,
    int UnknownUnits, int DisputedUnits, DateTimeOffset? OldestReport)
{
    public static CapacityTotals Of(CapacityKind kind, Cohort cohort) => default(CapacityTotals) with { Kind = kind, Cohort = cohort };

    /// <exception cref="ArgumentException">The unit is of another kind or cohort.</exception>
    public CapacityTotals Add(in UnitCapacity unit)
    {
        if (unit.Kind != Kind || unit.Cohort != Cohort) throw new ArgumentException($"A sum of {Kind} in {Cohort} takes no {unit.Kind} in {unit.Cohort}.");
        if (unit.Basis == Basis.Unknown) return this with { UnitsExpected = UnitsExpected + 1, UnknownUnits = UnknownUnits + 1 };
        return this with
        {
            Licensed = Licensed + unit.Licensed,
            Blocked = Blocked + unit.Blocked,
            Staffed = Staffed + (unit.Staffed ?? unit.Licensed),
            Operable = Operable + unit.Operable,
            Occupied = Occupied + unit.Occupied,
            Held = Held + unit.Held,
            Slack = Slack + unit.Slack,
            Available = Available + unit.Available,
            Shortfall = Shortfall + unit.Shortfall,
            CrisisAvailable = CrisisAvailable + unit.CrisisAvailable,
            AfterConsultationAvailable = AfterConsultationAvailable + unit.AfterConsultationAvailable,
            UnitsReporting = UnitsReporting + (unit.Freshness == Freshness.Stale ? 0 : 1),
            UnitsExpected = UnitsExpected + 1,
            StaleUnits = StaleUnits + (unit.Freshness == Freshness.Stale ? 1 : 0),
            DisputedUnits = DisputedUnits + (unit.Disputed ? 1 : 0),
            OldestReport = Earliest.Of(OldestReport, unit.BedsAsOf),
        };
    }

    /// <exception cref="ArgumentException">The other sum is of another kind or cohort.</exception>
    public CapacityTotals Add(in CapacityTotals other)
    {
        if (other.Kind != Kind || other.Cohort != Cohort) throw new ArgumentException($"A sum of {Kind} in {Cohort} takes no {other.Kind} in {other.Cohort}.");
        return this with
        {
            Licensed = Licensed + other.Licensed,
            Blocked = Blocked + other.Blocked,
            Staffed = Staffed + other.Staffed,
            Operable = Operable + other.Operable,
            Occupied = Occupied + other.Occupied,
            Held = Held + other.Held,
            Slack = Slack + other.Slack,
            Available = Available + other.Available,
            Shortfall = Shortfall + other.Shortfall,
            CrisisAvailable = CrisisAvailable + other.CrisisAvailable,
            AfterConsultationAvailable = AfterConsultationAvailable + other.AfterConsultationAvailable,
            UnitsReporting = UnitsReporting + other.UnitsReporting,
            UnitsExpected = UnitsExpected + other.UnitsExpected,
            StaleUnits = StaleUnits + other.StaleUnits,
            UnknownUnits = UnknownUnits + other.UnknownUnits,
            DisputedUnits = DisputedUnits + other.DisputedUnits,
            OldestReport = Earliest.Of(OldestReport, other.OldestReport),
        };
    }
}
