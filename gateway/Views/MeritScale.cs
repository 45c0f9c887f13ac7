using System.Numerics;
using Grains.Facilities;
using Grains.Finding;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>How good a unit can be at best for one search, from the eight bytes that its cell keeps of it (<see cref="Of"/>). Never less than its score.</summary>
internal sealed class MeritScale
{
    /// <summary>Above every total: seven weights of at most 100 points, in hundredths.</summary>
    public const int TotalMax = 1 << 20;

    private const int HalfYearsMax = 20; // Farther from the middle of the unit's ages a child adds nothing.
    private const int SpecialismsAt = 16;
    private const int AgesAt = 24;
    private const ulong Undisputed = 1UL << 32;
    private const ulong NotStale = 1UL << 33;
    private const ulong WithoutConsultation = 1UL << 34;
    private const ulong General = 1UL << 35;
    private const ulong AlwaysReady = Undisputed | NotStale | WithoutConsultation;

    private readonly int[] _specialism = new int[9];
    private readonly int[] _groupFit = new int[HalfYearsMax + 1];
    private readonly int[] _nearHome = new int[NearToFar.Rings];
    private readonly int[] _nearBoth = new int[NearToFar.Rings];
    private Wanted _wanted = null!;
    private Wanted _first = null!;
    private ScoreWeights _weights;
    private uint _asked;
    private int _nearness;

    /// <summary>What no unit of the ring exceeds.</summary>
    public int Most { get; private set; }

    /// <summary>What a unit is worth whoever asks: bits 0–15 the points for freshness, accuracy, slack after one child and setting at best,
    /// 16–23 its specialisms, 24–31 its least and greatest age together, 32–34 that nothing puts it in a lower group, 35 that it has no specialism.</summary>
    public static ulong Of(in Candidate unit, in ScoreWeights weights)
    {
        var anyone = unit.Security switch { Security.Open => AnyoneOpen, Security.SemiSecure => AnyoneSemiSecure, _ => AnyoneSecure };
        var score = Score.Of(anyone, unit, weights);
        var merit = (ulong)(score.Freshness + score.Accuracy + score.Slack + score.Setting);
        merit |= (ulong)unit.Specialisms.Bits << SpecialismsAt | (ulong)Math.Clamp(unit.AgeMin + unit.AgeMax, 0, 0xFF) << AgesAt;
        if (!unit.Disputed) merit |= Undisputed;
        if (unit.Freshness != Freshness.Stale) merit |= NotStale;
        if (unit.CrisisUse != CrisisUse.AfterConsultation) merit |= WithoutConsultation;
        if (unit.Specialisms.Count == 0) merit |= General;
        return merit;
    }

    public static int PointsOf(ulong merit) => (int)merit & 0xFFFF;

    public void Set(Wanted wanted, in ScoreWeights weights)
    {
        _wanted = wanted;
        if (_weights != weights)
        {
            _weights = weights;
            SetNearness();
            SetGroupFit();
        }
        _first = wanted.Beds == 1 ? wanted : wanted with { Children = [wanted.Children[0]] };
        _asked = wanted.Children[0].Specialisms.Bits; // The lowest part of several children counts, so the first one's is the most there can be.
        _specialism[0] = Specialism(default);
        if (_asked == 0) _specialism[1] = Specialism(default(SpecialismSet).With(Grains.Facilities.Specialism.Other));
        var (present, rest) = (0u, _asked);
        for (var count = 1; rest != 0; count++)
        {
            present |= rest & (~rest + 1);
            rest &= rest - 1;
            _specialism[count] = Specialism(new(present));
        }
    }

    /// <summary>From here on no unit is nearer than this.</summary>
    public void From(int metres)
    {
        _nearness = NearnessAtBest(metres);
        Most = MostWith(_weights.Freshness + _weights.Accuracy + _weights.Slack + _weights.Setting, _weights.Specialism);
    }

    /// <summary>The best rank that a unit of such merit can come to.</summary>
    public long RankAtBest(ulong merit) => RankAtBest(merit, _nearness);

    /// <summary>The best rank that a unit of such merit can come to so far from home.</summary>
    public long RankAtBest(int metres, ulong merit) => RankAtBest(merit, NearnessAtBest(metres));

    /// <summary>With fewer points than these no unit comes to a rank, whatever else it offers.</summary>
    public int PointsFor(long rank) => (int)Math.Max(0, FindPlaces.Rank(PlaceGroup.Ready, MostWith(0, _weights.Specialism)) - rank);

    /// <summary>The bits of merit without any one of which no unit comes to a rank.</summary>
    /// <param name="most">The merit with the most points among the units in question.</param>
    public ulong NeededFor(long rank, ulong most)
    {
        var points = PointsOf(most);
        var best = MostWith(points, _weights.Specialism);
        ulong needed = 0;
        if (FindPlaces.Rank(PlaceGroup.Disputed, best) > rank) needed |= Undisputed;
        if (FindPlaces.Rank(PlaceGroup.Stale, best) > rank) needed |= NotStale;
        if (_wanted.Crisis && FindPlaces.Rank(PlaceGroup.AfterConsultation, best) > rank) needed |= WithoutConsultation;
        var oneLess = _specialism[_asked == 0 ? 1 : BitOperations.PopCount(_asked) - 1];
        if (FindPlaces.Rank(PlaceGroup.Ready, MostWith(points, oneLess)) > rank) needed |= _asked == 0 ? General : (ulong)_asked << SpecialismsAt;
        return needed;
    }

    private int MostWith(int points, int specialism) => points + specialism + _weights.GroupFit + _nearness;

    private int NearnessAtBest(int metres) =>
        _wanted.Home is null ? 0 : (_wanted.School is null ? _nearHome : _nearBoth)[NearToFar.RingOf(metres)];

    // Of the near edge of every ring, with a school next door; the same for every search under the same weights.
    private void SetNearness()
    {
        for (var ring = 0; ring < NearToFar.Rings; ring++)
        {
            var metres = ring * NearToFar.RingMetres;
            _nearHome[ring] = Score.Of(AnyoneOpen, new() { HomeMetres = metres }, _weights).Nearness;
            _nearBoth[ring] = Score.Of(AnyoneOpen, new() { HomeMetres = metres, SchoolMetres = 0 }, _weights).Nearness;
        }
    }

    // For so many half years between a child's age and the middle of the unit's.
    private void SetGroupFit()
    {
        for (var halfYears = 0; halfYears <= HalfYearsMax; halfYears++)
            _groupFit[halfYears] = Score.Of(AnyoneOpen, new() { AgeMin = halfYears }, _weights).GroupFit;
    }

    private long RankAtBest(ulong merit, int nearness)
    {
        var count = _asked == 0 ? ((merit & General) != 0 ? 0 : 1) : BitOperations.PopCount((uint)(merit >> SpecialismsAt) & 0xFF & _asked);
        var ages = (int)(merit >> AgesAt) & 0xFF;
        var halfYears = Math.Max(ages - (2 * _wanted.AgeLow), (2 * _wanted.AgeHigh) - ages); // Of the child that fits least.
        var group = (merit & AlwaysReady) == AlwaysReady ? PlaceGroup.Ready
            : (merit & Undisputed) == 0 ? PlaceGroup.Disputed
            : (merit & NotStale) == 0 ? PlaceGroup.Stale
            : _wanted.Crisis ? PlaceGroup.AfterConsultation : PlaceGroup.Ready;
        return FindPlaces.Rank(group, PointsOf(merit) + _specialism[count] + _groupFit[Math.Min(halfYears, HalfYearsMax)] + nearness);
    }

    private int Specialism(SpecialismSet present) => Score.Of(_first, new() { Specialisms = present }, _weights).Specialism;

    private static readonly Wanted AnyoneOpen = Anyone(Security.Open);
    private static readonly Wanted AnyoneSemiSecure = Anyone(Security.SemiSecure);
    private static readonly Wanted AnyoneSecure = Anyone(Security.Secure);

    private static Wanted Anyone(Security security) => new(
        [new(0, GenderNeed.Any, security, default)], [InfectionStatus.NoSymptoms], Crisis: false, HasSecureBasis: true, Urgency.Immediate, [], [], null, null, null);
}
