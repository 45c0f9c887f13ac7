using System.Numerics;
using Grains.Facilities;
using Grains.Finding;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>How good a unit can be at best for one search, from the four bytes that its cell keeps of it (<see cref="Of"/>). Never less than its score.</summary>
internal sealed class MeritScale
{
    /// <summary>Above every total: seven weights of at most 100 points, in hundredths.</summary>
    public const int TotalMax = 1 << 20;

    private const int PointsBits = 16;
    private const int Consultation = 1 << 24;
    private const int Stale = 1 << 25;
    private const int Disputed = 1 << 26;

    private readonly int[] _specialism = new int[9];
    private readonly int[] _nearHome = new int[NearToFar.Rings];
    private readonly int[] _nearBoth = new int[NearToFar.Rings];
    private Wanted _wanted = null!;
    private Wanted _first = null!;
    private ScoreWeights _weights;
    private uint _asked;
    private int _others;

    /// <summary>What no unit of the ring exceeds.</summary>
    public int Most { get; private set; }

    /// <summary>What a unit is worth whoever asks: bits 0–15 the points for freshness, accuracy, slack after one child and setting at best,
    /// 16–23 its specialisms, 24–26 why it may stand in a lower group.</summary>
    public static uint Of(in Candidate unit, in ScoreWeights weights)
    {
        var anyone = unit.Security switch { Security.Open => AnyoneOpen, Security.SemiSecure => AnyoneSemiSecure, _ => AnyoneSecure };
        var score = Score.Of(anyone, unit, weights);
        var merit = (uint)(score.Freshness + score.Accuracy + score.Slack + score.Setting) | (unit.Specialisms.Bits << PointsBits);
        if (unit.CrisisUse == CrisisUse.AfterConsultation) merit |= Consultation;
        if (unit.Freshness == Freshness.Stale) merit |= Stale;
        if (unit.Disputed) merit |= Disputed;
        return merit;
    }

    public static uint PointsOf(uint merit) => merit & 0xFFFF;

    public void Set(Wanted wanted, in ScoreWeights weights)
    {
        _wanted = wanted;
        if (_weights != weights)
        {
            _weights = weights;
            SetNearness();
        }
        _first = wanted.Beds == 1 ? wanted : wanted with { Children = [wanted.Children[0]] };
        _asked = wanted.Children[0].Specialisms.Bits; // The lowest part of several children counts, so the first one's is the most there can be.
        if (_asked == 0)
        {
            _specialism[0] = Specialism(default);
            _specialism[1] = Specialism(default(SpecialismSet).With(Grains.Facilities.Specialism.Other));
        }
        else
        {
            var (present, rest) = (0u, _asked);
            _specialism[0] = Specialism(default);
            for (var count = 1; rest != 0; count++)
            {
                present |= rest & (~rest + 1);
                rest &= rest - 1;
                _specialism[count] = Specialism(new(present));
            }
        }
    }

    /// <summary>From here on no unit is nearer than this.</summary>
    public void From(int metres)
    {
        _others = _weights.GroupFit + NearnessAtBest(metres);
        Most = _others + _weights.Specialism + _weights.Freshness + _weights.Accuracy + _weights.Slack + _weights.Setting;
    }

    /// <summary>The best rank that a unit of such merit can come to.</summary>
    public long RankAtBest(uint merit) => RankAtBest(merit, _others);

    /// <summary>The best rank that a unit of such merit can come to so far from home.</summary>
    public long RankAtBest(int metres, uint merit) => RankAtBest(merit, _weights.GroupFit + NearnessAtBest(metres));

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

    private long RankAtBest(uint merit, int others)
    {
        var specialisms = merit >> PointsBits & 0xFF;
        var count = _asked == 0 ? (specialisms == 0 ? 0 : 1) : BitOperations.PopCount(specialisms & _asked);
        var group = (merit & (Consultation | Stale | Disputed)) == 0 ? PlaceGroup.Ready
            : (merit & Disputed) != 0 ? PlaceGroup.Disputed
            : (merit & Stale) != 0 ? PlaceGroup.Stale
            : _wanted.Crisis ? PlaceGroup.AfterConsultation : PlaceGroup.Ready;
        return FindPlaces.Rank(group, (int)PointsOf(merit) + _specialism[count] + others);
    }

    /// <summary>With fewer points than these no unit comes to a rank, whatever else it offers.</summary>
    public uint PointsFor(long rank) => (uint)Math.Max(0, FindPlaces.Rank(PlaceGroup.Ready, 0) - rank - _weights.Specialism - _others);

    private int Specialism(SpecialismSet present) => Score.Of(_first, new() { Specialisms = present }, _weights).Specialism;

    private static readonly Wanted AnyoneOpen = Anyone(Security.Open);
    private static readonly Wanted AnyoneSemiSecure = Anyone(Security.SemiSecure);
    private static readonly Wanted AnyoneSecure = Anyone(Security.Secure);

    private static Wanted Anyone(Security security) => new(
        [new(0, GenderNeed.Any, security, default)], [InfectionStatus.NoSymptoms], Crisis: false, HasSecureBasis: true, Urgency.Immediate, [], [], null, null, null);
}
