using Grains.Placements;

namespace Grains.Facilities;

/// <summary>Whether a child may come into a unit, for infection. A single room is one of the unit's own.</summary>
public enum CohortFit { Yes, SingleRoom, No }

/// <summary>Which child may go into which unit (domain 7).</summary>
public static class Cohorts
{
    public static CohortFit Fit(InfectionStatus child, Cohort unit, Urgency urgency) => (child, unit) switch
    {
        (InfectionStatus.NoSymptoms or InfectionStatus.Recovered, Cohort.Regular) => CohortFit.Yes,
        (InfectionStatus.Contact, Cohort.Observation) => CohortFit.Yes,
        (InfectionStatus.Suspected, Cohort.Observation) => CohortFit.SingleRoom,
        (InfectionStatus.Suspected, Cohort.Suspected) => CohortFit.Yes,
        (InfectionStatus.Confirmed, Cohort.Confirmed) => CohortFit.Yes,
        (InfectionStatus.NotAsked, _) when urgency != Urgency.Immediate => CohortFit.No,
        (InfectionStatus.NotAsked, Cohort.Regular) => CohortFit.SingleRoom,
        (InfectionStatus.NotAsked, Cohort.Observation) => CohortFit.Yes,
        _ => CohortFit.No,
    };
}
