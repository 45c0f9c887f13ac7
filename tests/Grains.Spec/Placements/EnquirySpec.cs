using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Grains.Spec.Facilities;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>Several places asked at once: the first that says yes gets the children.</summary>
public sealed class EnquirySpec
{
    private static readonly Deadline Search = In(TimeSpan.FromHours(24)); // As Requests.SearchingFor gives it.
    private static readonly PlacementEvent[] Immediate = SearchingFor(Urgency.Immediate);
    private static readonly PlacementEvent[] Two = [.. Immediate, Enquired(1, "unit-1"), Enquired(2, "unit-2")];
    private static readonly PlacementCommand.AnswerEnquiry Yes = new(1, Intake, null, null);

    [Fact]
    public void Asks_each_for_a_quarter_of_an_hour() => Request
        .Given(Immediate).When(Ask("unit-1", "unit-2")).Then(Enquired(1, "unit-1"), Enquired(2, "unit-2"));

    [Fact]
    public void Counts_on() => Request.Given(Two).When(Ask("unit-3")).Then(Enquired(3, "unit-3"));

    [Fact]
    public void Takes_its_time_from_the_policy() => Assert.Equal(
        Noon.AddMinutes(30),
        Request.Given(Immediate).Under(Policy.Default with { Numbers = Policy.Default.Numbers.Add("enquiry", 30) }).When(Ask("unit-1")).State.Enquiries[1].Until);

    [Theory, InlineData(Urgency.Today), InlineData(Urgency.Planned)]
    public void Refuses_what_can_wait(Urgency urgency) => Request.Given(SearchingFor(urgency)).When(Ask("unit-1")).ThenRefused(Reason.NotImmediate);

    [Fact]
    public void Refuses_to_ask_again_what_has_not_answered() => Request
        .Given(Two).When(Ask("unit-9", "unit-2", "unit-8")).ThenRefused(Reason.UnitAsked, ("unit_id", "unit-2"));

    [Fact]
    public void Refuses_a_fourth() => Request.Given(Two).When(Ask("unit-3", "unit-4")).ThenRefused(Reason.TooManyEnquiries, ("at_most", "1"));

    [Fact]
    public void Asks_another_when_one_said_no() => Request
        .Given([.. Two, Enquired(3, "unit-3"), No(2)]).When(Ask("unit-4")).Then(Enquired(4, "unit-4"));

    [Fact]
    public void A_yes_agrees_the_place_at_once() => Request
        .Given(Two).At(Noon.AddMinutes(5)).When(Yes)
        .Then(new PlacementEvent.EnquiryAgreed(1, 1, "facility-1", "unit-1", 2, Intake, new(Noon.AddMinutes(5).AddHours(4), Noon.AddMinutes(5))));

    [Fact]
    public void The_others_hear_that_it_was_found_elsewhere()
    {
        var agreed = Request.Given(Two).When(Yes).State;
        Assert.Equal((PlacementPhase.Agreed, 1, "unit-1"), (agreed.Phase, agreed.Live!.Number, agreed.Live.UnitId));
        Assert.Equal([EnquiryEnd.Agreed, EnquiryEnd.FoundElsewhere], agreed.Enquiries.Values.Select(asked => asked.End!.Value));

        PlacementEvent[] history = [.. Two, new PlacementEvent.EnquiryAgreed(1, 1, "facility-1", "unit-1", 2, Intake, In(TimeSpan.FromHours(4)))];
        Request.Given(history).When(Yes with { Enquiry = 2 }).ThenRefused(Reason.FoundElsewhere);
        Request.Given(history).When(new PlacementCommand.AnswerEnquiry(2, null, RefusalCode.StaffShortage, null)).ThenRefused(Reason.FoundElsewhere);
        Request.Given(history).When(Yes).ThenRefused(Reason.EnquiryEnded);
        Request.Given(history).When(Yes with { Enquiry = 3 }).ThenRefused(Reason.NotAllowedInState);
    }

    [Fact]
    public void An_offer_elsewhere_ends_what_is_asked_and_a_cancellation_stops_it()
    {
        Assert.All(Request.Given(Two).When(Offer()).State.Enquiries.Values, asked => Assert.Equal(EnquiryEnd.FoundElsewhere, asked.End));
        var cancelled = Request.Given(Two).When(new PlacementCommand.Cancel(CancelReason.SituationImproved, null)).State;
        Assert.All(cancelled.Enquiries.Values, asked => Assert.Equal(EnquiryEnd.Stopped, asked.End));
        Request.Given([.. Two, new PlacementEvent.Cancelled(CancelReason.SituationImproved, null)]).When(Yes).ThenRefused(Reason.EnquiryEnded);
    }

    [Theory]
    [InlineData(RefusalCode.NoBedInReality, false, PlacementPhase.Searching)]
    [InlineData(RefusalCode.GroupSafety, true, PlacementPhase.Searching)]
    [InlineData(RefusalCode.NoLegalBasis, false, PlacementPhase.InTriage)]
    [InlineData(RefusalCode.TooFar, false, PlacementPhase.Searching)]
    public void A_no_means_what_a_refusal_means(RefusalCode code, bool excluded, PlacementPhase next)
    {
        var state = Request.Given(Two).When(new PlacementCommand.AnswerEnquiry(1, null, code, null)).State;
        Assert.Equal((next, excluded), (state.Phase, state.Excluded.ContainsKey("facility-1/unit-1")));
        Assert.Equal(EnquiryEnd.Refused, state.Enquiries[1].End);
        Assert.Equal(next == PlacementPhase.InTriage ? EnquiryEnd.Stopped : null, state.Enquiries[2].End);
        Assert.Equal(next == PlacementPhase.InTriage ? Noon.AddMinutes(30) : Search.At, state.Deadline!.At);
    }

    [Fact]
    public void Nobody_answers_too_late() => Request.Given(Two).At(Noon.AddMinutes(15)).When(Yes).ThenRefused(Reason.EnquiryEnded);

    [Fact] public void Knows_what_it_asked() => Request.Given(Two).When(Yes with { Enquiry = 3 }).ThenRefused(Reason.UnknownEnquiry);

    [Fact]
    public void Who_does_not_answer_has_not_answered()
    {
        var due = Noon.AddMinutes(15);
        Assert.Equal(due, Placement.Decider.Due(Request.Given(Two).State, Policy.Default, Grains.Spec.At.Noon));
        Request.Given([.. Two, No(2)]).At(due).When(new PlacementCommand.EndEnquiries(due)).Then(Unanswered(1));
        Request.Given(Two).At(due).When(new PlacementCommand.EndEnquiries(due)).Then(Unanswered(1), Unanswered(2));
        Request.Given(Two).At(due.AddMicroseconds(-1)).When(new PlacementCommand.EndEnquiries(due)).ThenNothing();
        Request.Given(Offered).At(due).When(new PlacementCommand.EndEnquiries(due)).ThenNothing();
        Assert.Equal(Search.At, Placement.Decider.Due(Request.Given([.. Two, Unanswered(1), Unanswered(2)]).State, Policy.Default, Grains.Spec.At.Noon));
    }

    [Fact]
    public void A_yes_holds_the_beds_already_consented_until_the_arrival_deadline()
    {
        var hold = FacilityWords.Hold() with { Agreed = true };
        FacilityWords.TheGroup.Given(FacilityWords.Open()).When(hold).Then(FacilityWords.Held() with { Until = At.Hours(12) }, FacilityWords.Consented());
        var full = FacilityWords.Open(occupied: 10);
        FacilityWords.TheGroup.Given(full).When(hold).ThenRefused(Reason.NotEnoughBeds);
    }

    [Fact]
    public void A_unit_is_asked_whatever_an_answer_can_change()
    {
        FacilityCommand Asked(FacilityCommand.Hold hold) => new FacilityCommand.Enquire([hold]);
        FacilityEvent disputed = new FacilityEvent.EnquiryRefused(FacilityWords.Unit, "r7", 1, RefusalCode.NoBedInReality, At.Noon);
        FacilityWords.TheGroup.Given(FacilityWords.Open(occupied: 10).And(disputed)).When(Asked(FacilityWords.Hold())).ThenNothing();
        FacilityWords.TheGroup.Given(FacilityWords.Open()).When(Asked(FacilityWords.Hold() with { UnitId = "no" })).ThenRefused(Reason.UnknownUnit, ("unit_id", "no"));
        FacilityWords.TheGroup.Given(FacilityWords.Open()).When(Asked(FacilityWords.Hold(children: FacilityWords.Child(age: 9)))).ThenRefused(Reason.AgeOutOfRange, ("unit_id", FacilityWords.Unit));
        FacilityWords.TheGroup.Given(FacilityWords.Open()).When(Asked(FacilityWords.Hold() with { ExcludedUnits = FacilityWords.Ids(FacilityWords.Unit) }))
            .ThenRefused(Reason.UnitExcluded, ("unit_id", FacilityWords.Unit));
    }

    [Fact]
    public void A_no_says_of_the_unit_what_a_refusal_says()
    {
        UnitState After(RefusalCode code) => FacilityWords.TheGroup.Given(FacilityWords.Open())
            .When(new FacilityCommand.RefuseEnquiry(FacilityWords.Unit, "r1", 1, code)).State.Units[FacilityWords.Unit];
        Assert.Equal((At.Noon, false), (After(RefusalCode.NoBedInReality).DisputedSince!.Value, Assert.Single(After(RefusalCode.NoBedInReality).LastAttempts)));
        Assert.Equal(At.Noon, After(RefusalCode.StaffShortage).StaffShortSince);
        Assert.Equal(At.Noon, After(RefusalCode.InfectionRisk).CohortReviewAskedAt);
        Assert.Equal(At.Noon, After(RefusalCode.NotForCrisis).CrisisUseAskedAt);
    }

    [Fact]
    public void Asking_goes_to_each_facility_once_and_an_answer_to_its_own()
    {
        var steps = new PlacementSteps("r1", new(Placement.Decider.Fold(PlacementState.None, Immediate), Head.None), new(new("desk-1", "c1"), new byte[32]), new("desk-1", "CrisisDesk", Channel.Desk, Noon));
        var asked = steps.Enquire([new("f1", "u1"), new("f2", "u2"), new("f1", "u3")], Known, null, Noon);
        Assert.Equal("placement/r1", $"{asked.Leader}");
        Assert.Equal(["placement/r1", "facility/f1", "facility/f2"], asked.Parts.Select(part => $"{part.Stream}"));
        Assert.Equal(["u1", "u3"], ((FacilityCommand.Enquire)asked.Parts[1].Order!).Asked.Select(hold => hold.UnitId));

        var two = steps with { Seen = new(Placement.Decider.Fold(PlacementState.None, Two), Head.None) };
        var yes = two.AgreeToEnquiry(2, Intake, Known, null, Noon);
        Assert.Equal("facility/facility-1", $"{yes.Leader}");
        var hold = Assert.IsType<FacilityCommand.Hold>(yes.Parts[1].Order);
        Assert.Equal(("unit-2", 1, true, Intake), (hold.UnitId, hold.Attempt, hold.Agreed, hold.Consultation!.With));
        Assert.Single(steps.AgreeToEnquiry(2, Intake, Known, null, Noon).Parts);
        Assert.Equal(new FacilityCommand.RefuseEnquiry("unit-1", "r1", 1, RefusalCode.TooFar), two.RefuseEnquiry(1, RefusalCode.TooFar, null).Parts[1].Order);
    }

    private static readonly RequestFacts Known = new([FacilityWords.Child("ann"), FacilityWords.Child("bea")], 3311, null, null, null, new(LegalBasis.Voluntary, LegalBasisStatus.Written));

    private static PlacementCommand.Enquire Ask(params string[] units) => new([.. units.Select(unit => new PlaceAsked("facility-1", unit))]);

    private static PlacementEvent.Enquired Enquired(int number, string unit) => new(number, "facility-1", unit, Noon.AddMinutes(15), Search);

    private static PlacementEvent.EnquiryOver No(int number) => new(number, EnquiryEnd.Refused, RefusalCode.StaffShortage, null, false, null, false, Search);

    private static PlacementEvent.EnquiryOver Unanswered(int number) => new(number, EnquiryEnd.NoAnswer, RefusalCode.NoAnswer, null, false, null, false, Search);
}
