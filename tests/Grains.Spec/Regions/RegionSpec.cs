using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Regions;
using Xunit;
using static Grains.Regions.RegionEvent;

namespace Grains.Spec.Regions;

public sealed class RegionSpec
{
    private static readonly Spec<RegionState, RegionCommand, RegionEvent> Spec = new(Region.Decider);
    private static readonly RegionProfile Profile = new("Zuid-Holland Zuid", "078 000 00 00", [new("GM0505", "Dordrecht")]);
    private static readonly ProfileSet Described = new(Profile);

    [Fact] public void Is_described_once() => Spec.Given(Described).When(new RegionCommand.Describe(Profile with { Municipalities = [new("GM0505", "Dordrecht")] })).ThenNothing();

    [Fact]
    public void Is_described_anew_when_it_differs() => Spec
        .Given(Described).When(new RegionCommand.Describe(Profile with { DeskPhone = "078 111 11 11" }))
        .Then(new ProfileSet(Profile with { DeskPhone = "078 111 11 11" }));

    [Fact]
    public void Has_no_policy_before_it_is_described()
    {
        Spec.Given().When(Numbers(("hold_today", 90))).ThenRefused(Reason.UnknownRegion);
        Spec.Given().When(new RegionCommand.SetMode(RegionMode.Crisis)).ThenRefused(Reason.UnknownRegion);
    }

    [Fact]
    public void Counts_every_change_of_policy_and_mode() => Spec
        .Given(Described, Set(1, ("hold_today", 90)), new ModeSet(2, RegionMode.Crisis))
        .When(Numbers(("hold_today", 60))).Then(Set(3, ("hold_today", 60)));

    [Fact]
    public void Keeps_only_what_differs_from_the_defaults() => Spec
        .Given(Described).When(Numbers(("hold_today", 120), ("beds_interval", 600))).Then(Set(1, ("beds_interval", 600)));

    [Fact]
    public void Returns_to_a_default_that_is_left_out() =>
        Assert.Equal(120, Spec.Given(Described, Set(1, ("hold_today", 90))).When(Numbers()).State.Policy[PolicyNumbers.HoldTime.For(1)]);

    [Fact]
    public void Changes_nothing_when_it_is_so_already()
    {
        Spec.Given(Described, Set(1, ("hold_today", 90))).When(Numbers(("hold_today", 90), ("beds_interval", 1_440))).ThenNothing();
        Spec.Given(Described, new ModeSet(1, RegionMode.Crisis)).When(new RegionCommand.SetMode(RegionMode.Crisis)).ThenNothing();
    }

    [Fact]
    public void Refuses_a_number_out_of_its_range() => Spec
        .Given(Described).When(Numbers(("beds_interval", 600), ("hold_today", 4)))
        .ThenRefused(Reason.PolicyOutOfRange, ("name", "hold_today"), ("minimum", "5"), ("maximum", "43200"));

    [Fact]
    public void Refuses_a_number_that_does_not_exist() => Spec
        .Given(Described).When(Numbers(("beds_per_child", 2))).ThenRefused(Reason.PolicyOutOfRange, ("name", "beds_per_child"));

    [Fact]
    public void Accepts_both_ends_of_every_range()
    {
        foreach (var number in PolicyNumbers.All)
        {
            Assert.InRange(number.Default, number.Minimum, number.Maximum);
            foreach (var end in new[] { number.Minimum, number.Maximum })
                Assert.Equal(end, Spec.Given(Described).When(Numbers((number.Name, end))).State.Policy[number]);
            foreach (var beyond in new[] { number.Minimum - 1, number.Maximum + 1 })
                Spec.Given(Described).When(Numbers((number.Name, beyond))).ThenRefused(Reason.PolicyOutOfRange);
        }
    }

    private static RegionCommand.SetPolicy Numbers(params (string Name, int Value)[] numbers) => new(Sorted(numbers));

    private static PolicySet Set(long version, params (string Name, int Value)[] numbers) => new(version, Sorted(numbers));

    private static ImmutableSortedDictionary<string, int> Sorted((string Name, int Value)[] numbers) =>
        numbers.ToImmutableSortedDictionary(number => number.Name, number => number.Value, StringComparer.Ordinal);
}
