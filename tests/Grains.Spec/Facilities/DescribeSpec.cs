using System.Collections.Immutable;
using Grains.Children;
using Grains.Facilities;
using Grains.Kernel;
using Xunit;
using static Grains.Spec.Facilities.FacilityWords;

namespace Grains.Spec.Facilities;

/// <summary>A facility becomes what its description says, and the same description again changes nothing.</summary>
public sealed class DescribeSpec
{
    private static readonly Block Block = new(Unit, 1, BlockReason.Renovation, At.Hours(-24), null, At.Hours(24));
    private static readonly Occupancy Ann = Moved("ann", At.Hours(-48)).Occupancy;

    private static readonly FacilityCommand.Describe Description = new(
        Profile, Of((Unit, Group)), Of(("b1", Block)), Of(("stay-ann", Ann)),
        [
            new FacilityCommand.SetCrucial(true),
            new FacilityCommand.SetOpenness(Openness.Open, null, null, null, At.Hours(-1)),
            new FacilityCommand.SetCrisisUse(Unit, CrisisUse.NotForCrisis, null, Sentence, new("ann-of-the-provider", At.Hours(-1))),
            new FacilityCommand.ReportBeds(Unit, 6, null, At.Hours(-1), Confirmed: true),
        ]);

    private static readonly FacilityEvent[] Described =
    [
        .. Registered(), new FacilityEvent.BlockSet("b1", Block), new FacilityEvent.OccupancyOpened("stay-ann", Ann),
        new FacilityEvent.CrucialSet(true),
        new FacilityEvent.OpennessSet(Openness.Open, null, null, null, At.Hours(-1)),
        new FacilityEvent.CrisisUseSet(Unit, new(CrisisUse.NotForCrisis, "ann-of-the-provider", At.Hours(-1), null, Sentence)),
        new FacilityEvent.BedsReported(Unit, 6, 1, null, At.Hours(-1)),
    ];

    [Fact]
    public void Makes_the_facility_what_the_description_says() => TheGroup.Given().When(Description).Then(Described);

    [Fact]
    public void The_same_description_again_changes_nothing() => TheGroup.Given(Described).When(Description).ThenNothing();

    [Fact]
    public void A_changed_description_changes_what_changed() => TheGroup
        .Given(Described)
        .When(Description with { Profile = Profile with { Name = "De Kering" }, Units = Of((Unit, Group with { AgeMin = 10 }), ("groep-2", Group)) })
        .Then(
            new FacilityEvent.ProfileChanged(Profile with { Name = "De Kering" }),
            new FacilityEvent.UnitChanged(Unit, Group with { AgeMin = 10 }), new FacilityEvent.UnitAdded("groep-2", Group));

    [Fact]
    public void What_was_ended_here_stays_ended() => TheGroup
        .Given(Described.And(new FacilityEvent.BlockEnded("b1", At.Noon), new FacilityEvent.OccupancyEnded("stay-ann", At.Noon)))
        .When(Description).ThenNothing();

    [Fact]
    public void A_later_report_stands_against_an_older_description() => TheGroup
        .Given(Described.And(new FacilityEvent.BedsReported(Unit, 3, 1, 9, At.Noon))).When(Description).ThenNothing();

    [Fact]
    public void Changes_what_is_planned_for_a_child_who_is_here() => TheGroup
        .Given(Described).When(Description with { Occupancies = Of(("stay-ann", Ann with { OnLeave = true })) })
        .Then(new FacilityEvent.OccupancyChanged("stay-ann", null, OnLeave: true, SingleRoom: false, At.Noon));

    [Fact]
    public void Crucial_counts_for_a_new_facility_only() => TheGroup
        .Given(Described.And(new FacilityEvent.CrucialSet(false))).When(Description).ThenNothing();

    [Fact]
    public void Refuses_a_report_from_the_future() => TheGroup
        .Given().When(Description with { Reports = [new FacilityCommand.ReportBeds(Unit, 6, null, At.Hours(1), Confirmed: true)] })
        .ThenRefused(Reason.OccurredInFuture);

    [Fact]
    public void Refuses_a_stay_in_a_unit_that_nobody_describes() => TheGroup
        .Given().When(Description with { Occupancies = Of(("stay-ann", Ann with { UnitId = "groep-9" })) }).ThenRefused(Reason.UnknownUnit);

    [Fact]
    public void Refuses_a_number_below_the_children_that_it_brings() => TheGroup
        .Given().When(Description with { Reports = [new FacilityCommand.ReportBeds(Unit, 0, null, At.Hours(-1), Confirmed: true)] })
        .ThenRefused(Reason.BelowKnownPlacements, ("known", "1"));

    [Fact]
    public void Refuses_a_block_that_another_unit_has() => TheGroup
        .Given(Described).When(Description with { Units = Of((Unit, Group), ("groep-2", Group)), Blocks = Of(("b1", Block with { UnitId = "groep-2" })) })
        .ThenRefused(Reason.BlockExists);

    [Fact]
    public void Refuses_a_stay_that_another_child_has() => TheGroup
        .Given(Described).When(Description with { Occupancies = Of(("stay-ann", Ann with { SubjectId = "bob" })) }).ThenRefused(Reason.OccupancyExists);

    [Fact]
    public void The_step_opens_the_occupancy_of_each_child_that_it_brings_in()
    {
        var parts = FacilitySteps.Describe(StreamId.Facility("wending"), new(FacilityState.None, Head.None), Description);
        Assert.Equal(new Part(StreamId.Child("ann"), new ChildCommand.OpenOccupancy("wending", "stay-ann", null)), parts[1]);
        Assert.Single(FacilitySteps.Describe(StreamId.Facility("wending"), new(TheGroup.Given(Described).State, Head.None), Description));
    }

    private static ImmutableSortedDictionary<string, T> Of<T>(params (string Id, T Value)[] items) =>
        items.ToImmutableSortedDictionary(item => item.Id, item => item.Value, StringComparer.Ordinal);
}
