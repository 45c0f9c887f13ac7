using FsCheck;
using FsCheck.Fluent;
using Grains.Placements;
using Xunit;
using static Grains.Spec.Placements.Requests;

namespace Grains.Spec.Placements;

/// <summary>Invariant 16. The ranges are tiny, so that equal parts are the common case.</summary>
public sealed class WaitingOrderSpec
{
    private static readonly Gen<WaitingPlace> Places =
        from safety in Gen.Choose(-1, 3)
        from overdue in Gen.Choose(0, 2)
        from waited in Gen.Choose(0, 2)
        from id in Gen.Choose(1, 3)
        select new WaitingPlace(safety < 0 ? null : (SafetyScore)safety, overdue == 0 ? null : Noon.AddDays(-overdue), Noon.AddDays(-waited), $"r{id}");

    [Fact]
    public void Is_a_total_order() => Prop.ForAll(Places.ArrayOf(3).ToArbitrary(), three =>
    {
        var (a, b, c) = (three[0], three[1], three[2]);
        Assert.Equal(Math.Sign(a.CompareTo(b)), -Math.Sign(b.CompareTo(a)));
        Assert.Equal(a == b, a.CompareTo(b) == 0);
        if (a.CompareTo(b) <= 0 && b.CompareTo(c) <= 0) Assert.True(a.CompareTo(c) <= 0);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000));

    [Fact]
    public void Puts_the_least_safe_first_then_the_longest_overdue_then_the_longest_wait_then_the_id()
    {
        WaitingPlace[] ordered =
        [
            new(SafetyScore.VeryUnsafe, null, Noon, "r9"),
            new(SafetyScore.Unsafe, Noon.AddDays(-3), Noon, "r8"),
            new(SafetyScore.Unsafe, Noon.AddDays(-2), Noon.AddDays(-90), "r7"),
            new(SafetyScore.Unsafe, null, Noon.AddDays(-90), "r6"),
            new(SafetyScore.Unsafe, null, Noon.AddDays(-9), "r4"),
            new(SafetyScore.Unsafe, null, Noon.AddDays(-9), "r5"),
            new(SafetyScore.Safe, Noon.AddDays(-30), Noon.AddDays(-300), "r3"),
            new(null, Noon.AddDays(-30), Noon.AddDays(-300), "r2"),
        ];
        Assert.Equal(ordered, ordered.Reverse().Order());
    }
}
