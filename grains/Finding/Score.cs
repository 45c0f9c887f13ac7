using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Finding;

/// <summary>How well a unit fits, in hundredths of a point, with its parts (domain 6). For several children the lowest part counts.</summary>
public readonly record struct Score(int Specialism, int Nearness, int Setting, int GroupFit, int Freshness, int Accuracy, int Slack)
{
    private const int NearMetres = 60_000; // Beyond 60 km nearness is worth nothing.

    public int Total => Specialism + Nearness + Setting + GroupFit + Freshness + Accuracy + Slack;

    public static Score Of(Wanted wanted, in Candidate unit, in ScoreWeights weights)
    {
        var (specialism, setting, groupFit) = (int.MaxValue, int.MaxValue, int.MaxValue);
        foreach (var child in wanted.Children)
        {
            specialism = Math.Min(specialism, SpecialismOf(child, unit, weights.Specialism));
            setting = Math.Min(setting, SettingOf(child, unit, weights.Setting));
            groupFit = Math.Min(groupFit, GroupFitOf(child, unit, weights.GroupFit));
        }
        return new(
            specialism, NearnessOf(unit, weights.Nearness), setting, groupFit, FreshnessOf(unit, weights.Freshness),
            AccuracyOf(unit, weights.Accuracy), SlackOf(wanted, unit, weights.Slack));
    }

    // The share of what is asked; two thirds for a specialised unit where nothing is asked.
    private static int SpecialismOf(in WantedChild child, in Candidate unit, int full)
    {
        var asked = child.Specialisms.Count;
        if (asked > 0) return full * child.Specialisms.And(unit.Specialisms).Count / asked;
        return unit.Specialisms.Count == 0 ? full : full * 2 / 3;
    }

    // Home counts for two thirds and school for one, when it is given.
    private static int NearnessOf(in Candidate unit, int full)
    {
        if (unit.HomeMetres is not { } home) return 0;
        var nearHome = (long)Math.Max(0, NearMetres - home);
        if (unit.SchoolMetres is not { } school) return (int)(full * nearHome / NearMetres);
        return (int)(full * ((2 * nearHome) + Math.Max(0, NearMetres - school)) / (3L * NearMetres));
    }

    private static int SettingOf(in WantedChild child, in Candidate unit, int full) =>
        unit.Security != Security.Open ? (child.Security == unit.Security ? full : 0)
        : unit.Kind is UnitKind.FamilyHome or UnitKind.CrisisFosterFamily or UnitKind.FosterFamily ? full
        : unit.Kind is UnitKind.AmbulatoryTeam or UnitKind.FlitsTeam ? 0
        : full / 2;

    // A tenth less for every year between the child's age and the middle of the unit's; the middle may be half a year.
    private static int GroupFitOf(in WantedChild child, in Candidate unit, int full)
    {
        var halfYears = Math.Abs((2 * child.AgeYears) - unit.AgeMin - unit.AgeMax);
        return full * Math.Max(0, 20 - halfYears) / 20;
    }

    private static int FreshnessOf(in Candidate unit, int full) => unit.Freshness switch
    {
        Facilities.Freshness.Fresh => full,
        Facilities.Freshness.Ageing => full / 2,
        _ => 0,
    };

    private static int AccuracyOf(in Candidate unit, int full) => unit.Attempts == 0 ? full : full * unit.Consents / unit.Attempts;

    // Nothing for the last place, so for the last one of the only unit of its kind neither.
    private static int SlackOf(Wanted wanted, in Candidate unit, int full) => full * Math.Clamp(unit.Slack - wanted.Beds, 0, 2) / 2;
}

/// <summary>What each part is worth at most, in hundredths of a point: the policy's weights, read once for a search.</summary>
public readonly record struct ScoreWeights(int Specialism, int Nearness, int Setting, int GroupFit, int Freshness, int Accuracy, int Slack)
{
    public static ScoreWeights Of(Policy policy) => new(
        100 * policy[PolicyNumbers.WeightSpecialism], 100 * policy[PolicyNumbers.WeightNearness], 100 * policy[PolicyNumbers.WeightSetting],
        100 * policy[PolicyNumbers.WeightGroupFit], 100 * policy[PolicyNumbers.WeightFreshness], 100 * policy[PolicyNumbers.WeightAccuracy],
        100 * policy[PolicyNumbers.WeightSlack]);
}
