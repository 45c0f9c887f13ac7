using System.Numerics;
using Grains.Facilities;
using Grains.Finding;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>What <see cref="HardFilter"/> asks of a unit by itself, as bits: a unit lacks something exactly when a bit that is asked for is not offered.</summary>
/// <remarks>Bits stand in the filter's order, so the lowest one that is missing is the first reason. Distance, single rooms and what depends on
/// one request alone (excluded units, children to keep apart) are not among them; for those the filter itself is asked.</remarks>
internal static class FitBits
{
    private const int AgeMost = 22;

    private const int Open = 0;
    private const int ForCrisis = 1;
    private const int Age = 2;
    private const int GirlsOnly = Age + AgeMost + 1;
    private const int BoysOnly = GirlsOnly + 1;
    private const int Mixed = GirlsOnly + 2;
    private const int NotSecure = GirlsOnly + 3;
    private const int Infection = NotSecure + 1;
    private const int NotAskedWithoutHaste = Infection + 6;
    private const int Known = NotAskedWithoutHaste + 1;
    private const int Beds = Known + 1;
    private const int BedsMost = 4;
    private const int FewHolds = Beds + BedsMost;
    private const int Siblings = FewHolds + 1;

    // The least that NearestMiss counts for a reason that is no number.
    private const int WordGap = 3;

    private static readonly Exclusion[] Reasons = MakeReasons();
    private static readonly ulong[] BitsOf = MakeBits();

    public static ulong Of(in Candidate unit)
    {
        ulong bits = 0;
        Set(ref bits, Open, unit.Openness is Openness.Open or Openness.Limited);
        Set(ref bits, ForCrisis, unit.CrisisUse != CrisisUse.NotForCrisis);
        for (var age = Math.Max(0, unit.AgeMin); age <= Math.Min(AgeMost, unit.AgeMax); age++) Set(ref bits, Age + age, true);
        Set(ref bits, GirlsOnly, unit.GenderPolicy != GenderPolicy.M);
        Set(ref bits, BoysOnly, unit.GenderPolicy != GenderPolicy.F);
        Set(ref bits, Mixed, unit.GenderPolicy is not (GenderPolicy.M or GenderPolicy.F));
        Set(ref bits, NotSecure, unit.Security != Security.Secure);
        for (var status = InfectionStatus.NotAsked; status <= InfectionStatus.Recovered; status++)
            Set(ref bits, Infection + (int)status, Cohorts.Fit(status, unit.Cohort, Urgency.Immediate) != CohortFit.No);
        Set(ref bits, Known, !unit.Unknown);
        for (var beds = 1; beds <= BedsMost; beds++) Set(ref bits, Beds + beds - 1, unit.Slack >= beds);
        Set(ref bits, FewHolds, !unit.TooManyHolds);
        Set(ref bits, Siblings, unit.SiblingsPossible);
        return bits;
    }

    public static ulong AskedBy(Wanted wanted)
    {
        ulong bits = 0;
        Set(ref bits, Open, true);
        Set(ref bits, ForCrisis, wanted.Crisis);
        Set(ref bits, Age + wanted.AgeLow, true);
        Set(ref bits, Age + wanted.AgeHigh, true);
        Set(ref bits, wanted.FitsGender(GenderPolicy.F) ? GirlsOnly : wanted.FitsGender(GenderPolicy.M) ? BoysOnly : Mixed, true);
        Set(ref bits, NotSecure, !wanted.HasSecureBasis);
        foreach (var status in wanted.Infections)
            Set(ref bits, status == InfectionStatus.NotAsked && wanted.Urgency != Urgency.Immediate ? NotAskedWithoutHaste : Infection + (int)status, true);
        Set(ref bits, Known, true);
        Set(ref bits, Beds + wanted.Beds - 1, true);
        Set(ref bits, FewHolds, true);
        Set(ref bits, Siblings, wanted.Beds > 1);
        return bits;
    }

    /// <summary>The first reason among some missing bits; None when there is none.</summary>
    public static Exclusion First(ulong missing) => missing == 0 ? Exclusion.None : Reasons[BitOperations.TrailingZeroCount(missing)];

    /// <summary>The rank of the nearest miss that a unit with these bits missing can be.</summary>
    /// <param name="tooFar">Whether distance is one reason more.</param>
    /// <param name="worst">Above this it does not matter by how much.</param>
    public static long MissAtLeast(ulong missing, bool tooFar, int metres, long worst)
    {
        var (blockers, gap) = tooFar ? (1, 1) : (0, 0);
        while (missing != 0)
        {
            var reason = First(missing);
            missing &= ~BitsOf[(int)reason];
            gap += reason is Exclusion.AgeOutOfRange or Exclusion.NotEnoughBeds ? 1 : WordGap;
            if (Rank(new(++blockers, gap, metres)) is var least && least > worst) return least;
        }
        return Rank(new(blockers, gap, metres));
    }

    /// <summary>A miss as a number, in its own order.</summary>
    public static long Rank(Miss miss) => ((long)miss.Blockers << 58) + ((long)Math.Min(miss.Gap, (1 << 26) - 1) << 32) + miss.Metres;

    private static void Set(ref ulong bits, int at, bool on)
    {
        if (on) bits |= 1UL << at;
    }

    private static Exclusion[] MakeReasons()
    {
        var reasons = new Exclusion[Siblings + 1];
        Array.Fill(reasons, Exclusion.NotOpen, Open, 1);
        Array.Fill(reasons, Exclusion.NotForCrisis, ForCrisis, 1);
        Array.Fill(reasons, Exclusion.AgeOutOfRange, Age, AgeMost + 1);
        Array.Fill(reasons, Exclusion.GenderNotAccepted, GirlsOnly, 3);
        Array.Fill(reasons, Exclusion.SecurityWithoutLegalBasis, NotSecure, 1);
        Array.Fill(reasons, Exclusion.CohortMismatch, Infection, 7);
        Array.Fill(reasons, Exclusion.Unknown, Known, 1);
        Array.Fill(reasons, Exclusion.NotEnoughBeds, Beds, BedsMost);
        Array.Fill(reasons, Exclusion.TooManyHolds, FewHolds, 1);
        Array.Fill(reasons, Exclusion.SiblingsNotTogether, Siblings, 1);
        return reasons;
    }

    private static ulong[] MakeBits()
    {
        var bits = new ulong[(int)Exclusion.TooFar + 1];
        for (var at = 0; at < Reasons.Length; at++) bits[(int)Reasons[at]] |= 1UL << at;
        return bits;
    }
}
