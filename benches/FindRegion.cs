using System.Collections.Immutable;
using Gateway.Views;
using Grains.Facilities;
using Grains.Finding;
using Grains.Kernel;
using Grains.Placements;

namespace Bench;

/// <summary>A made-up country with so many facilities, and the questions that are asked of it; the same for the same number, always.</summary>
/// <remarks>One to three units each (1.75 on average), spread evenly over a rectangle as big as the Netherlands; a hundred facilities lie in
/// one as big as Zuid-Holland Zuid. A fifth is closed or full, some are stale, disputed, by consultation or not for crisis.</remarks>
internal sealed class FindRegion(int facilities)
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly Dice _dice = new(42);
    private readonly (double South, double North, double West, double East) _land = facilities <= 100 ? (51.65, 51.95, 4.1, 5.1) : (51.0, 53.3, 3.6, 7.0);

    public CapacityIndex Build()
    {
        var index = new CapacityIndex(TimeProvider.System);
        for (var i = 0; i < facilities; i++)
        {
            var stream = StreamId.Facility($"f{i:d6}");
            long version = 0;
            foreach (var fact in History(i)) index.Apply(new(stream, ++version, fact, Origin.Clock(Noon), Noon), i + 1);
        }
        index.Publish(facilities, Noon);
        return index;
    }

    /// <summary>The mix: one child in 85 of 100, else two; a crisis in 70; no greatest distance in 25, else 15, 30 or 60 km; no specialism
    /// asked in 60, one in 30, two in 10; a girl or a boy asked for by itself in 30; infection not asked in 10; one unit excluded in 5;
    /// a secure place with its order in 5.</summary>
    public ImmutableArray<FindQuery> Questions(int count, bool explain) => [.. Enumerable.Range(0, count).Select(_ => Question(explain))];

    private FindQuery Question(bool explain)
    {
        var secure = _dice.Chance(5);
        var specialisms = (_dice.Next(100) switch { < 60 => 0, < 90 => 1, _ => 2 }) switch
        {
            0 => default,
            1 => default(SpecialismSet).With((Specialism)_dice.Next(8)),
            _ => default(SpecialismSet).With(Specialism.Trauma).With((Specialism)(3 + _dice.Next(5))),
        };
        var gender = _dice.Next(100) switch { < 15 => GenderNeed.F, < 30 => GenderNeed.M, _ => GenderNeed.Any };
        var age = _dice.Next(18);
        var children = Enumerable.Range(0, _dice.Chance(15) ? 2 : 1)
            .Select(i => new WantedChild(Math.Min(22, age + (2 * i)), gender, secure ? Security.Secure : Security.Open, specialisms)).ToImmutableArray();
        var infection = _dice.Chance(10) ? InfectionStatus.NotAsked : InfectionStatus.NoSymptoms;
        int? kilometres = _dice.Next(4) switch { 0 => null, 1 => 15, 2 => 30, _ => 60 };
        ImmutableSortedSet<string> excluded = _dice.Chance(5) ? ["u1"] : [];
        return new(
            new(children, [.. children.Select(_ => infection)], _dice.Chance(70), secure, Urgency.Immediate, excluded, [], Somewhere(), null, kilometres),
            CapacityFilter.Everything, Explain: explain);
    }

    private IEnumerable<FacilityEvent> History(int number)
    {
        var (latitude, longitude) = Coordinates();
        yield return new FacilityEvent.Registered(new($"p{number % 400}", $"F{number}", $"GM{number % 342:d4}", 1000 + (number % 9000), latitude, longitude, DeliveryNow.InPerson));
        var asOf = Noon.AddHours(-_dice.Next(_dice.Chance(10) ? 72 : 20));
        yield return _dice.Chance(12)
            ? new FacilityEvent.OpennessSet(Openness.AdmissionStop, OpennessReason.Staff, null, null, asOf)
            : new FacilityEvent.OpennessSet(Openness.Open, null, null, null, asOf);
        var units = _dice.Next(4) switch { 0 or 1 => 1, 2 => 2, _ => 3 };
        for (var unit = 0; unit < units; unit++)
            foreach (var fact in Unit($"u{unit}", asOf)) yield return fact;
    }

    private IEnumerable<FacilityEvent> Unit(string id, DateTimeOffset asOf)
    {
        var licensed = 4 + _dice.Next(9);
        var ageMin = _dice.Next(12);
        ImmutableArray<Specialism> specialisms = _dice.Next(10) switch { < 5 => [], < 8 => [(Specialism)_dice.Next(8)], _ => [Specialism.Trauma, (Specialism)(3 + _dice.Next(5))] };
        yield return new FacilityEvent.UnitAdded(id, new(
            id, (UnitKind)_dice.Next(9), CapacityKind.Beds, licensed, _dice.Next(4), ageMin, Math.Min(22, ageMin + 4 + _dice.Next(8)),
            (GenderPolicy)(_dice.Next(10) switch { < 7 => 0, 7 => 1, 8 => 2, _ => 3 }), (Security)(_dice.Next(12) switch { < 10 => 0, 10 => 1, _ => 2 }),
            specialisms, _dice.Chance(60), _dice.Chance(50), StaffingKind.NotStaffBound));
        yield return new FacilityEvent.BedsReported(id, licensed - _dice.Next(5), 0, null, asOf);
        var use = _dice.Next(10) switch { < 6 => CrisisUse.Allowed, < 8 => CrisisUse.AfterConsultation, _ => CrisisUse.NotForCrisis };
        yield return new FacilityEvent.CrisisUseSet(id, new(use, "p", asOf, null, null));
        for (var attempt = 1; attempt <= _dice.Next(4); attempt++)
        {
            yield return new FacilityEvent.Held(id, $"r{id}", attempt, 1, false, Noon.AddHours(1), []);
            if (!_dice.Chance(85)) yield return new FacilityEvent.HoldOver($"r{id}", attempt, HoldEnd.Refused, RefusalCode.NoBedInReality, asOf);
            else
            {
                yield return new FacilityEvent.HoldConsented($"r{id}", attempt, Noon.AddHours(4));
                yield return new FacilityEvent.HoldOver($"r{id}", attempt, HoldEnd.Released, null, asOf);
            }
        }
    }

    private GeoPoint Somewhere()
    {
        var (latitude, longitude) = Coordinates();
        return GeoPoint.At(latitude, longitude);
    }

    private (double Latitude, double Longitude) Coordinates() =>
        (_land.South + (_dice.Share() * (_land.North - _land.South)), _land.West + (_dice.Share() * (_land.East - _land.West)));

    /// <summary>xorshift64*: the same numbers on every machine and every version of .NET.</summary>
    internal sealed class Dice(ulong seed)
    {
        private ulong _state = seed;

        public double Share() => (Roll() >> 11) * (1.0 / (1UL << 53));
        public int Next(int below) => (int)(Share() * below);
        public bool Chance(int percent) => Next(100) < percent;

        private ulong Roll()
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return _state * 0x2545F4914F6CDD1DUL;
        }
    }
}
