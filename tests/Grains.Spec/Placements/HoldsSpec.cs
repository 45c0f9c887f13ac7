using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Grains.Spec.Facilities;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>ExtendHold and KeepHold, on both sides of the promise.</summary>
public sealed class HoldsSpec
{
    private static readonly PlacementEvent.HoldExtended AsLongAgain = new(1, new(Noon.AddHours(16), Noon));

    [Fact]
    public void An_offer_gets_as_long_again() => Request
        .Given(Offered).At(Noon.AddHours(1)).When(new PlacementCommand.ExtendHold(1, null)).Then(AsLongAgain);

    [Fact]
    public void An_offer_gets_less_where_that_is_asked() => Request
        .Given(Offered).When(new PlacementCommand.ExtendHold(1, TimeSpan.FromMinutes(20))).Then(new PlacementEvent.HoldExtended(1, new(Noon.AddHours(8).AddMinutes(20), Noon)));

    [Fact]
    public void Refuses_more_than_the_offer_was_made_for() => Request
        .Given(Offered).When(new PlacementCommand.ExtendHold(1, TimeSpan.FromMinutes(481))).ThenRefused(Reason.ExtensionTooLong, ("at_most", "480"));

    [Fact]
    public void Refuses_a_second_extension_however_short() => Request
        .Given([.. Offered, AsLongAgain]).When(new PlacementCommand.ExtendHold(1, TimeSpan.FromMinutes(1000))).ThenRefused(Reason.HoldAlreadyExtended);

    [Fact]
    public void Refuses_to_extend_at_the_very_end() => Request
        .Given([.. Offered, AsLongAgain]).At(Noon.AddHours(16)).When(new PlacementCommand.ExtendHold(1, null)).ThenRefused(Reason.HoldEnded);

    [Fact]
    public void A_later_attempt_may_be_extended_again()
    {
        PlacementEvent[] again =
        [
            .. Offered, AsLongAgain, new PlacementEvent.AttemptOver(1, AttemptEnd.Expired, null, null, false, null, false, In(TimeSpan.FromHours(24))),
            new PlacementEvent.Offered(2, "facility-1", "unit-1", 2, In(TimeSpan.FromHours(8)), [], null),
        ];
        Assert.Null(Request.Given(again).When(new PlacementCommand.ExtendHold(2, null)).Decision.Refusal);
    }

    [Fact]
    public void A_consent_within_the_extension_counts() =>
        Assert.Null(Request.Given([.. Offered, AsLongAgain]).At(Noon.AddHours(16).AddMicroseconds(-1)).When(new PlacementCommand.Consent(1, Intake)).Decision.Refusal);

    [Fact]
    public void The_desks_word_on_a_place_that_came_short_moves_nothing()
    {
        var kept = Request.Given(Agreed).When(new PlacementCommand.KeepHold(1, Words));
        kept.Then(new PlacementEvent.HoldKept(1, Words, In(TimeSpan.FromHours(24))));
        Assert.Equal(kept.Before, kept.State);
    }

    [Fact]
    public void The_bed_is_kept_until_the_later_end()
    {
        var extended = new FacilityEvent.HoldExtended("r1", 1, At.Hours(4));
        var held = FacilityWords.Open().And(FacilityWords.Held());
        FacilityWords.TheGroup.Given(held).When(new FacilityCommand.ExtendHold("r1", 1, At.Hours(4))).Then(extended);
        FacilityWords.TheGroup.Given(held.And(extended)).At(At.Hours(3)).When(new FacilityCommand.EndHoldByTime("r1", 1)).ThenRefused(Reason.NotAllowedInState);
        Assert.Equal(At.Hours(4), Facility.Decider.Due(FacilityWords.TheGroup.Given(held.And(extended)).State, Policy.Default, At.Noon));
        FacilityWords.TheGroup.Given(held.And(extended)).When(new FacilityCommand.ExtendHold("r1", 1, At.Hours(6))).ThenRefused(Reason.HoldAlreadyExtended);
        FacilityWords.TheGroup.Given(held).At(At.Hours(2)).When(new FacilityCommand.ExtendHold("r1", 1, At.Hours(4))).ThenRefused(Reason.HoldEnded);
        FacilityWords.TheGroup.Given(held.And(FacilityWords.Consented())).When(new FacilityCommand.ExtendHold("r1", 1, At.Hours(14))).ThenRefused(Reason.NotAllowedInState);
        FacilityWords.TheGroup.Given(FacilityWords.Open()).When(new FacilityCommand.ExtendHold("r1", 1, At.Hours(4))).ThenRefused(Reason.UnknownHold);
    }

    [Fact]
    public void A_place_is_kept_only_where_there_is_a_shortfall()
    {
        var agreed = FacilityWords.Open().And(FacilityWords.Held(), FacilityWords.Consented());
        var keep = new FacilityCommand.KeepHold("r1", 1);
        FacilityWords.TheGroup.Given(agreed).When(keep).ThenRefused(Reason.NoShortfall);
        FacilityWords.TheGroup.Given(agreed.And(new FacilityEvent.BedsReported(FacilityWords.Unit, 10, 0, null, At.Noon))).When(keep).ThenNothing();
        FacilityWords.TheGroup.Given(FacilityWords.Open().And(FacilityWords.Held())).When(keep).ThenRefused(Reason.HoldNotConsented);
    }
}
