using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Facilities;

/// <summary>Hold and its refusals, in the order in which they are checked (domain 5).</summary>
public sealed class HoldSpec
{
    private static readonly HoldException Lead = new(NotForCrisis: true, Age: true, Gender: true, Someone, Someone, Sentence);

    [Fact]
    public void Holds_one_bed_for_each_child_until_the_policys_hold_time() => TheGroup
        .Given(Open()).When(Hold("r1", Child("ann"), Child("bob"))).Then(Held("r1", "ann", "bob"));

    [Fact]
    public void Holds_the_last_free_bed() => TheGroup.Given(Open(occupied: 9)).When(Hold()).Then(Held());

    [Fact]
    public void Refuses_a_facility_that_nobody_described() => TheGroup.Given().When(Hold()).ThenRefused(Reason.UnknownFacility);

    [Fact]
    public void Refuses_an_attempt_that_holds_already() => TheGroup
        .Given(Open().And(Held())).When(Hold()).ThenRefused(Reason.StaleAttempt, ("attempt", "1"));

    [Fact]
    public void Refuses_an_attempt_whose_hold_is_over() => TheGroup
        .Given(Open().And(Held(), Over(HoldEnd.Released))).When(Hold()).ThenRefused(Reason.StaleAttempt, ("attempt", "1"));

    [Fact]
    public void Refuses_an_unknown_unit() => TheGroup.Given(Open()).When(Hold() with { UnitId = "groep-9" }).ThenRefused(Reason.UnknownUnit);

    [Theory]
    [InlineData(Openness.AdmissionStop)]
    [InlineData(Openness.ClosedForNow)]
    [InlineData(Openness.ClosedForGood)]
    [InlineData(Openness.Unknown)]
    public void Refuses_when_not_open(Openness openness) => TheGroup
        .Given(Open().And(new FacilityEvent.OpennessSet(openness, OpennessReason.Staff, null, null, At.Noon)))
        .When(Hold()).ThenRefused(Reason.NotOpen);

    [Fact]
    public void Holds_in_a_limited_facility() => TheGroup
        .Given(Open().And(new FacilityEvent.OpennessSet(Openness.Limited, OpennessReason.Staff, null, null, At.Noon))).When(Hold()).Then(Held());

    [Fact]
    public void Refuses_when_the_stop_was_to_end_by_now_for_nobody_knows() => TheGroup
        .Given(Open().And(new FacilityEvent.OpennessSet(Openness.Limited, OpennessReason.Staff, null, At.Noon, At.Noon)))
        .When(Hold()).ThenRefused(Reason.NotOpen);

    [Fact]
    public void Refuses_a_crisis_where_the_provider_said_not_for_crisis() => TheGroup
        .Given(Open().And(CrisisUseIs(CrisisUse.NotForCrisis))).When(Hold()).ThenRefused(Reason.NotForCrisis);

    [Fact]
    public void Not_for_crisis_is_no_matter_without_a_crisis() => TheGroup
        .Given(Open().And(CrisisUseIs(CrisisUse.NotForCrisis))).When(Hold() with { Crisis = false }).Then(Held());

    [Fact]
    public void A_desk_lead_sets_not_for_crisis_age_and_gender_aside_and_it_is_written_down() => TheGroup
        .Given(Open(unit: Group with { GenderPolicy = GenderPolicy.F }).And(CrisisUseIs(CrisisUse.NotForCrisis)))
        .When(Hold("r1", Child(age: 11, gender: GenderNeed.M)) with { Exception = Lead }).Then(Held() with { Exception = Lead });

    [Fact]
    public void Refuses_a_crisis_without_the_consultation_that_the_provider_wants() => TheGroup
        .Given(Open().And(CrisisUseIs(CrisisUse.AfterConsultation))).When(Hold()).ThenRefused(Reason.ConsultationRequired);

    [Fact]
    public void Asks_for_consultation_once_the_word_on_crisis_use_has_ended() => TheGroup
        .Given(Open().And(CrisisUseIs(CrisisUse.Allowed, until: At.Noon))).When(Hold()).ThenRefused(Reason.ConsultationRequired);

    [Fact]
    public void Holds_after_consultation_and_keeps_with_whom() => TheGroup
        .Given(Open().And(CrisisUseIs(CrisisUse.AfterConsultation)))
        .When(Hold() with { Consultation = Consulted }).Then(Held() with { Consultation = Consulted });

    [Theory]
    [InlineData(11)]
    [InlineData(19)]
    public void Refuses_an_age_outside_the_group(int age) => TheGroup
        .Given(Open()).When(Hold("r1", Child("ann"), Child("bob", age))).ThenRefused(Reason.AgeOutOfRange);

    [Theory]
    [InlineData(GenderPolicy.F, GenderNeed.M)]
    [InlineData(GenderPolicy.F, GenderNeed.Any)]
    [InlineData(GenderPolicy.M, GenderNeed.F)]
    public void Refuses_a_gender_that_the_group_does_not_take(GenderPolicy policy, GenderNeed need) => TheGroup
        .Given(Open(unit: Group with { GenderPolicy = policy })).When(Hold("r1", Child(gender: need))).ThenRefused(Reason.GenderNotAccepted);

    [Theory]
    [InlineData(GenderPolicy.F, GenderNeed.F)]
    [InlineData(GenderPolicy.M, GenderNeed.M)]
    [InlineData(GenderPolicy.All, GenderNeed.M)]
    [InlineData(GenderPolicy.ByConsultation, GenderNeed.F)]
    public void Holds_for_a_gender_that_the_group_takes(GenderPolicy policy, GenderNeed need) => TheGroup
        .Given(Open(unit: Group with { GenderPolicy = policy })).When(Hold("r1", Child(gender: need))).Then(Held());

    [Fact]
    public void Refuses_a_secure_group_without_a_secure_order() => TheGroup
        .Given(Open(unit: Group with { Security = Security.Secure })).When(Hold()).ThenRefused(Reason.SecurityWithoutLegalBasis);

    [Fact]
    public void Not_even_an_exception_opens_a_secure_group() => TheGroup
        .Given(Open(unit: Group with { Security = Security.Secure })).When(Hold() with { Exception = Lead }).ThenRefused(Reason.SecurityWithoutLegalBasis);

    [Theory]
    [InlineData(InfectionStatus.Contact)]
    [InlineData(InfectionStatus.Suspected)]
    [InlineData(InfectionStatus.Confirmed)]
    [InlineData(InfectionStatus.NotAsked)]
    public void Refuses_an_infection_that_the_group_is_not_for(InfectionStatus status) => TheGroup
        .Given(Open()).When(Hold() with { Infection = Infection(status, "ann") }).ThenRefused(Reason.CohortMismatch);

    [Fact]
    public void Holds_a_single_room_for_a_child_who_was_not_asked_when_it_cannot_wait() => TheGroup
        .Given(Open()).When(Hold() with { Infection = Infection(InfectionStatus.NotAsked), Urgency = Urgency.Immediate })
        .Then(Held() with { SingleRoom = true, Until = At.Minutes(30) });

    [Fact]
    public void Refuses_a_group_where_a_child_to_keep_apart_from_is() => TheGroup
        .Given(Open().And(Moved("bob", At.Hours(-5)))).When(Hold() with { KeepApartFrom = Ids("bob") }).ThenRefused(Reason.KeepApartChildPresent);

    [Fact]
    public void Refuses_a_group_where_a_child_to_keep_apart_from_is_expected() => TheGroup
        .Given(Open().And(Held("r2", "bob"))).When(Hold() with { KeepApartFrom = Ids("bob") }).ThenRefused(Reason.KeepApartChildPresent);

    [Fact]
    public void Refuses_a_unit_that_the_request_excludes() => TheGroup
        .Given(Open()).When(Hold() with { ExcludedUnits = Ids(Unit) }).ThenRefused(Reason.UnitExcluded);

    [Fact]
    public void Refuses_a_disputed_unit() => TheGroup
        .Given(Open().And(Held("r2", "bob"), Over(HoldEnd.Refused, RefusalCode.NoBedInReality, "r2"))).When(Hold()).ThenRefused(Reason.UnitDisputed);

    [Fact]
    public void Refuses_a_stale_unit_that_nobody_called() => TheGroup
        .Given(Open()).At(At.Hours(48).AddMicroseconds(1)).When(Hold()).ThenRefused(Reason.UnitStale);

    [Fact]
    public void Holds_an_ageing_unit() => TheGroup.Given(Open()).At(At.Hours(48)).When(Hold()).Then(Held() with { Until = At.Hours(50) });

    [Fact]
    public void Holds_a_stale_unit_that_the_desk_called_and_writes_that_down() => TheGroup
        .Given(Open()).At(At.Hours(72)).When(Hold() with { AcceptStale = true })
        .Then(Held() with { Until = At.Hours(74), AcceptedStale = true });

    [Fact]
    public void Refuses_one_bed_more_than_is_free() => TheGroup
        .Given(Open(occupied: 9)).When(Hold("r1", Child("ann"), Child("bob"))).ThenRefused(Reason.NotEnoughBeds, ("available", "1"));

    [Fact]
    public void Refuses_a_unit_that_never_reported() => TheGroup
        .Given(Registered().And(new FacilityEvent.OpennessSet(Openness.Open, null, null, null, At.Noon)))
        .When(Hold() with { Crisis = false }).ThenRefused(Reason.NotEnoughBeds, ("available", "0"));

    [Fact]
    public void Refuses_a_third_single_room_of_two() => TheGroup
        .Given(Open().And(Held("r2", "bob", "cid") with { SingleRoom = true }))
        .When(Hold() with { Infection = Infection(InfectionStatus.NotAsked), Urgency = Urgency.Immediate })
        .ThenRefused(Reason.NotEnoughSingleRooms, ("available", "0"));

    [Fact]
    public void Refuses_more_live_holds_than_the_policy_allows() => TheGroup
        .Given(Open().And(Held("r2", "bob"))).Under(Policies.With(PolicyNumbers.HoldsPerFacilityMax, 1)).When(Hold()).ThenRefused(Reason.TooManyHolds);

    [Fact]
    public void A_hold_past_its_end_keeps_no_bed_though_the_clock_has_not_written_it_down() => TheGroup
        .Given(Open(occupied: 9).And(Held("r2", "bob") with { Until = At.Noon })).When(Hold()).Then(Held());

    // Two refusals apply: the caller sees the one that is checked first.
    [Fact]
    public void Reports_of_several_refusals_the_first_in_order() => TheGroup
        .Given(Open(occupied: 10, unit: Group with { Security = Security.Secure, GenderPolicy = GenderPolicy.F }).And(CrisisUseIs(CrisisUse.NotForCrisis)))
        .When(Hold("r1", Child(age: 3)) with { ExcludedUnits = Ids(Unit), Exception = Lead with { Age = false } }).ThenRefused(Reason.AgeOutOfRange);

    private static FacilityEvent.CrisisUseSet CrisisUseIs(CrisisUse use, DateTimeOffset? until = null) =>
        new(Unit, new(use, "caller-1", At.Noon, until, null));
}
