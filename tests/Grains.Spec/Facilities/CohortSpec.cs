using Grains.Facilities;
using Grains.Placements;
using Xunit;

namespace Grains.Spec.Facilities;

/// <summary>The matrix of domain 7, row by row.</summary>
public sealed class CohortSpec
{
    [Theory]
    [InlineData(InfectionStatus.NoSymptoms, "Yes No No No")]
    [InlineData(InfectionStatus.Recovered, "Yes No No No")]
    [InlineData(InfectionStatus.Contact, "No Yes No No")]
    [InlineData(InfectionStatus.Suspected, "No SingleRoom Yes No")]
    [InlineData(InfectionStatus.Confirmed, "No No No Yes")]
    [InlineData(InfectionStatus.NotAsked, "SingleRoom Yes No No")]
    public void A_child_fits_the_units_of_its_row(InfectionStatus child, string row) =>
        Assert.Equal(row, string.Join(' ', Enum.GetValues<Cohort>().Select(cohort => Cohorts.Fit(child, cohort, Urgency.Immediate))));

    [Fact]
    public void A_child_who_was_not_asked_goes_nowhere_unless_it_cannot_wait() => Assert.All(
        from urgency in Enum.GetValues<Urgency>() where urgency != Urgency.Immediate from cohort in Enum.GetValues<Cohort>() select (urgency, cohort),
        pair => Assert.Equal(CohortFit.No, Cohorts.Fit(InfectionStatus.NotAsked, pair.cohort, pair.urgency)));
}
