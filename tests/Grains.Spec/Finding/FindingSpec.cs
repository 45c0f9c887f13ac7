using Grains.Capacity;
using Grains.Facilities;
using Grains.Finding;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Finding;

/// <summary>Which units fit, why others do not, and how well (domain 6).</summary>
public sealed class FindingSpec
{
    private static readonly ScoreWeights Weights = ScoreWeights.Of(Policy.Default);

    private static readonly Candidate Unit = new()
    {
        Kind = UnitKind.LivingGroup,
        AgeMin = 12,
        AgeMax = 18,
        SiblingsPossible = true,
        Openness = Openness.Open,
        CrisisUse = CrisisUse.Allowed,
        Slack = 5,
        SingleRooms = 1,
        HomeMetres = 0,
    };

    private static Wanted One(params ChildFacts[] children)
    {
        ChildFacts[] who = children.Length == 0 ? [Child(age: 15)] : children;
        return Wanted.Of(
            [.. who], Infection(InfectionStatus.NoSymptoms, [.. who.Select(child => child.SubjectId)]), crisis: true, hasSecureBasis: false,
            Urgency.Today, Ids(), Ids(), GeoPoint.At(51.8, 4.67), maxDistanceKm: 50);
    }

    [Fact]
    public void Fits() => Assert.Equal(Exclusion.None, HardFilter.First(One(), Unit));

    // Each step repairs what the step before was excluded for, so the next reason in the order shows.
    [Fact]
    public void Excludes_for_the_first_reason_in_the_order_of_hold()
    {
        var two = Wanted.Of(
            [Child("ann", 11, GenderNeed.M), Child("bob", 11, GenderNeed.M)], Infection(InfectionStatus.Confirmed, "ann", "bob"), crisis: true,
            hasSecureBasis: false, Urgency.Immediate, Ids(), Ids(), GeoPoint.At(51.8, 4.67), maxDistanceKm: 50);
        var seen = new List<Exclusion>();
        var unit = new Candidate
        {
            AgeMin = 12,
            AgeMax = 18,
            GenderPolicy = GenderPolicy.F,
            Security = Security.Secure,
            CrisisUse = CrisisUse.NotForCrisis,
            KeepApart = true,
            Excluded = true,
            Unknown = true,
            TooManyHolds = true,
            HomeMetres = 50_001,
        };
        Exclude(unit);
        Exclude(unit = unit with { Openness = Openness.Limited });
        Exclude(unit = unit with { CrisisUse = CrisisUse.AfterConsultation });
        Exclude(unit = unit with { AgeMin = 11 });
        Exclude(unit = unit with { GenderPolicy = GenderPolicy.M });
        two = two with { HasSecureBasis = true };
        Exclude(unit);
        two = two with { Infections = [InfectionStatus.NotAsked, InfectionStatus.NoSymptoms] };
        Exclude(unit);
        Exclude(unit = unit with { KeepApart = false });
        Exclude(unit = unit with { Excluded = false });
        Exclude(unit = unit with { Unknown = false });
        Exclude(unit = unit with { Slack = 2 });
        Exclude(unit = unit with { SingleRooms = 2 });
        Exclude(unit = unit with { TooManyHolds = false });
        Exclude(unit = unit with { SiblingsPossible = true });
        Exclude(unit with { HomeMetres = 50_000 });
        Assert.Equal([.. Enum.GetValues<Exclusion>().Skip(1), Exclusion.None], seen);

        void Exclude(in Candidate candidate) => seen.Add(HardFilter.First(two, candidate));
    }

    [Fact]
    public void Consultation_staleness_and_a_dispute_put_a_unit_in_its_group_and_exclude_it_not()
    {
        (Candidate Unit, PlaceGroup Group)[] cases =
        [
            (Unit, PlaceGroup.Ready), (Unit with { CrisisUse = CrisisUse.AfterConsultation }, PlaceGroup.AfterConsultation),
            (Unit with { Freshness = Freshness.Stale, CrisisUse = CrisisUse.AfterConsultation }, PlaceGroup.Stale),
            (Unit with { Disputed = true, Freshness = Freshness.Stale }, PlaceGroup.Disputed),
        ];
        Assert.All(cases, c => Assert.Equal((c.Group, Exclusion.None), (PlaceGroups.Of(One(), c.Unit), HardFilter.First(One(), c.Unit))));
    }

    [Fact]
    public void The_best_place_that_there_can_be_scores_a_hundred() =>
        Assert.Equal(10_000, Score.Of(One(), Unit with { Kind = UnitKind.FamilyHome }, Weights).Total);

    [Fact]
    public void Every_part_at_its_weight() => Assert.Equal(new(3000, 2000, 500, 1000, 1000, 1000, 1000), Score.Of(One(), Unit, Weights));

    [Theory]
    [InlineData(new Specialism[] { }, new Specialism[] { }, 3000)]
    [InlineData(new Specialism[] { }, new[] { Specialism.Trauma }, 2000)]
    [InlineData(new[] { Specialism.Trauma }, new Specialism[] { }, 0)]
    [InlineData(new[] { Specialism.Trauma, Specialism.Autism, Specialism.Medical }, new[] { Specialism.Trauma, Specialism.Autism }, 2000)]
    public void Specialism_is_the_share_of_what_is_asked(Specialism[] asked, Specialism[] has, int expected) =>
        Assert.Equal(expected, Score.Of(One(Child(age: 15) with { Specialisms = [.. asked] }), Unit with { Specialisms = SpecialismSet.Of([.. has]) }, Weights).Specialism);

    [Fact]
    public void A_need_for_medical_care_or_a_place_with_a_parent_is_a_specialism() => Assert.Equal(1500, Score.Of(
        One(Child(age: 15) with { Medical = true, ParentChild = true }), Unit with { Specialisms = SpecialismSet.Of([Specialism.Medical]) }, Weights).Specialism);

    [Theory]
    [InlineData(0, null, 2000)]
    [InlineData(30_000, null, 1000)]
    [InlineData(59_999, null, 0)]
    [InlineData(80_000, null, 0)]
    [InlineData(0, 60_000, 1333)]
    [InlineData(60_000, 0, 666)]
    [InlineData(null, null, 0)]
    public void Nearness_falls_to_nothing_at_sixty_kilometres(int? home, int? school, int expected) =>
        Assert.Equal(expected, Score.Of(One(), Unit with { HomeMetres = home, SchoolMetres = school }, Weights).Nearness);

    [Theory]
    [InlineData(UnitKind.FamilyHome, Security.Open, Security.Open, 1000)]
    [InlineData(UnitKind.LivingGroup, Security.Open, Security.Open, 500)]
    [InlineData(UnitKind.FlitsTeam, Security.Open, Security.Open, 0)]
    [InlineData(UnitKind.SecureYouthCare, Security.Secure, Security.Open, 0)]
    [InlineData(UnitKind.SecureYouthCare, Security.Secure, Security.Secure, 1000)]
    public void A_family_is_worth_most_and_a_secure_place_only_to_who_needs_it(UnitKind kind, Security unit, Security asked, int expected) =>
        Assert.Equal(expected, Score.Of(One(Child(age: 15, security: asked)), Unit with { Kind = kind, Security = unit }, Weights).Setting);

    [Theory]
    [InlineData(15, 12, 18, 1000)]
    [InlineData(12, 12, 18, 700)]
    [InlineData(12, 12, 17, 750)]
    [InlineData(0, 0, 22, 0)]
    public void Group_fit_falls_by_a_tenth_a_year_from_the_middle_age(int age, int ageMin, int ageMax, int expected) =>
        Assert.Equal(expected, Score.Of(One(Child(age: age)), Unit with { AgeMin = ageMin, AgeMax = ageMax }, Weights).GroupFit);

    [Theory]
    [InlineData(Freshness.Fresh, 1000)]
    [InlineData(Freshness.Ageing, 500)]
    [InlineData(Freshness.Stale, 0)]
    public void Freshness_counts_half_while_ageing(Freshness freshness, int expected) =>
        Assert.Equal(expected, Score.Of(One(), Unit with { Freshness = freshness }, Weights).Freshness);

    [Theory]
    [InlineData(0, 0, 1000)]
    [InlineData(3, 4, 750)]
    [InlineData(0, 2, 0)]
    public void Accuracy_is_the_share_of_attempts_that_came_true(int consents, int attempts, int expected) =>
        Assert.Equal(expected, Score.Of(One(), Unit with { Consents = consents, Attempts = attempts }, Weights).Accuracy);

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 500)]
    [InlineData(3, 1000)]
    [InlineData(9, 1000)]
    public void Slack_counts_the_places_left_after_this_one_up_to_two(int slack, int expected) =>
        Assert.Equal(expected, Score.Of(One(), Unit with { Slack = slack }, Weights).Slack);

    [Fact]
    public void Of_several_children_the_lowest_part_counts()
    {
        var score = Score.Of(One(Child("ann", 15), Child("bob", 12) with { Specialisms = [Specialism.Trauma] }), Unit, Weights);
        Assert.Equal((0, 700), (score.Specialism, score.GroupFit));
    }

    [Fact]
    public void Weights_are_the_regions()
    {
        var weights = ScoreWeights.Of(Policies.With(PolicyNumbers.WeightNearness, 50));
        Assert.Equal(5000, Score.Of(One(), Unit, weights).Nearness);
    }

    [Fact]
    public void A_miss_says_what_blocks_it_in_numbers()
    {
        var unit = Unit with { Slack = -1, HomeMetres = 53_001 };
        Assert.Equal(
            [new(Exclusion.AgeOutOfRange, 11, 12, null), new(Exclusion.NotEnoughBeds, 1, -1, At.Hours(9)), new(Exclusion.TooFar, 50, 54, null)],
            NearestMiss.Blockers(One(Child(age: 11)), unit, bedsBack: At.Hours(9)).ToArray());
    }

    [Fact]
    public void A_miss_for_want_of_staff_says_how_many_and_when()
    {
        var evening = new StaffMissing(new(new(new(2026, 11, 21), Shift.Evening), At.Hours(3), At.Hours(11)), Staff: 1, Shifts: 1);
        Assert.Equal(
            [new(Exclusion.AgeOutOfRange, 11, 12, null), new(Exclusion.NotEnoughBeds, 1, 0, null, evening)],
            NearestMiss.Blockers(One(Child(age: 11)), Unit with { Slack = 0 }, null, evening).ToArray());
    }

    [Fact]
    public void A_child_too_old_is_measured_against_the_greatest_age() =>
        Assert.Equal(new(Exclusion.AgeOutOfRange, 20, 18, null), NearestMiss.Blockers(One(Child(age: 20)), Unit, null).Single());

    [Fact]
    public void The_nearest_miss_has_the_fewest_blockers_then_the_smallest_gap_then_the_nearest_place()
    {
        var wanted = One(Child(age: 11));
        var ordered = new[]
        {
            Unit with { AgeMin = 12, HomeMetres = 100 }, Unit with { AgeMin = 12, HomeMetres = 200 }, Unit with { AgeMin = 14 },
            Unit with { AgeMin = 11, Openness = Openness.AdmissionStop }, Unit with { AgeMin = 11, Excluded = true }, Unit with { AgeMin = 12, Slack = 0 },
        };
        var misses = ordered.Select(unit => NearestMiss.Of(wanted, unit)).ToArray();
        Assert.Equal([new(1, 1, 100), new(1, 1, 200), new(1, 3, 0), new(1, 3, 0), new(1, 100, 0), new(2, 2, 0)], misses);
        Assert.Equal(misses, misses.Order());
    }

    // Haversine on the same sphere, from Dordrecht.
    [Theory]
    [InlineData(51.8133, 4.6901, 51.8133, 4.6901, 0)]
    [InlineData(51.8133, 4.6901, 51.8372, 4.9758, 19_813)]
    [InlineData(51.8133, 4.6901, 52.3676, 4.9041, 63_345)]
    [InlineData(40.7128, -74.0060, 39.9526, -75.1652, 129_612)]
    public void Measures_straight_over_the_ground(double lat1, double lon1, double lat2, double lon2, int metres) =>
        Assert.InRange(GeoPoint.At(lat1, lon1).MetresTo(GeoPoint.At(lat2, lon2)), metres - 1, metres + 1);
}
