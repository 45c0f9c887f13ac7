using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Views;
using Grains.Facilities;
using Grains.Finding;
using Grains.Placements;
using Xunit;

namespace Views.Spec;

public sealed class FindPlacesTests
{
    private static readonly Gen<WantedChild> Children =
        from age in Gen.Choose(4, 14)
        from gender in Gen.Elements(GenderNeed.Any, GenderNeed.F, GenderNeed.M)
        from security in Gen.Elements(Security.Open, Security.SemiSecure)
        from needs in Gen.Choose(0, 19)
        select new WantedChild(age, gender, security, new SpecialismSet(needs < 10 ? 0 : 1u << (needs % 5) | 1u << 4));

    private static readonly Gen<FindQuery> Queries =
        from children in Gen.Frequency((4, Gen.Constant(1)), (1, Gen.Choose(2, 3))).SelectMany(count => Children.ArrayOf(count))
        from infections in Gen.Elements(InfectionStatus.NoSymptoms, InfectionStatus.NoSymptoms, InfectionStatus.NotAsked, InfectionStatus.Contact).ArrayOf(children.Length)
        from crisis in Gen.Elements(true, false)
        from secure in Gen.Elements(true, false)
        from urgency in Gen.Elements(Urgency.Immediate, Urgency.Today)
        from excluded in Gen.Elements<ImmutableSortedSet<string>>([], [], ["u0"], ["u1", "u2"], ["f1/u0", "f2/u1"])
        from apart in Gen.Elements<ImmutableSortedSet<string>>([], [], ["s3"], ["s1", "s2"])
        from home in Gen.Elements<GeoPoint?>(null, GeoPoint.At(51.82, 4.5), GeoPoint.At(51.76, 4.6), GeoPoint.At(52.1, 5.1))
        from school in Gen.Elements<GeoPoint?>(null, GeoPoint.At(51.9, 4.7))
        from distance in Gen.Elements<int?>(null, 10, 25, 300)
        from filter in Gen.Elements(CapacityFilter.Everything, CapacityFilter.Everything with { Municipalities = ["GM0505"] })
        from limit in Gen.Elements(1, 3, 20)
        from explain in Gen.Elements(true, false)
        select new FindQuery(new([.. children], [.. infections], crisis, secure, urgency, excluded, apart, home, school, distance), filter, limit, explain);

    // The index takes every short cut that it knows; the model takes none.
    [Fact]
    public void Finds_what_holding_every_unit_against_the_rules_finds() => Prop.ForAll(Cases(World.Histories), AssertFindsTheSame).QuickCheckThrowOnFailure();

    [Fact]
    public void Finds_the_best_of_many() => Prop.ForAll(Cases(World.Crowds), AssertFindsTheSame).Check(Config.QuickThrowOnFailure.WithMaxTest(30));

    private static void AssertFindsTheSame((Deed[] History, FindQuery[] Queries, int CellUnitsMax) tried)
    {
        var world = new World(tried.CellUnitsMax);
        foreach (var deed in tried.History) world.DoAsync(deed).Wait();
        world.Bed.CatchUpAsync().Wait();

        foreach (var query in tried.Queries) AssertSame(Naive(world, query), FindPlaces.In(world.Bed.Capacity.Current, query));
    }

    private static Arbitrary<(Deed[] History, FindQuery[] Queries, int CellUnitsMax)> Cases(Arbitrary<Deed[]> histories) => Arb.From(
        from history in histories.Generator
        from queries in Queries.ArrayOf(8)
        from cellUnitsMax in Gen.Elements(2, 15, CapacityIndex.CellUnitsMax)
        select (history, queries, cellUnitsMax),
        tried => [
            .. tried.queries.Length > 1 ? tried.queries.Select(query => (tried.history, new[] { query }, tried.cellUnitsMax)) : [],
            .. histories.Shrinker(tried.history).Select(history => (history, tried.queries, tried.cellUnitsMax))]);

    [Fact]
    public async Task Says_which_block_stands_in_the_way_and_until_when()
    {
        var bed = new Bed();
        await bed.ShowAsync(Samples.Wending, [.. Samples.Reporting(occupied: 5), new FacilityEvent.BlockSet("b1", new("u1", 3, BlockReason.Quarantine, Bed.Noon, Bed.Noon.AddDays(2), Bed.Noon))]);

        var found = FindPlaces.In(bed.Capacity.Current, One(explain: true));

        Assert.Empty(found.Places);
        Assert.Equal([new ExclusionCount(Exclusion.NotEnoughBeds, 1)], found.Exclusions.ToArray());
        Assert.Equal([new Blocker(Exclusion.NotEnoughBeds, 1, 0, Bed.Noon.AddDays(2))], Assert.Single(found.Misses).Blockers.ToArray());
    }

    [Fact]
    public async Task Never_shows_a_unit_that_is_not_for_crisis_in_a_crisis()
    {
        var bed = new Bed();
        await bed.ShowAsync(Samples.Wending, [.. Samples.Reporting(), new FacilityEvent.CrisisUseSet("u1", new(CrisisUse.NotForCrisis, "yulius", Bed.Noon, null, null))]);

        Assert.Empty(FindPlaces.In(bed.Capacity.Current, One()).Places); // Invariant 9.
    }

    [Fact]
    public async Task Puts_what_needs_a_call_below_what_is_ready()
    {
        var bed = new Bed();
        foreach (var (id, use) in new[] { ("f1", CrisisUse.AfterConsultation), ("f2", CrisisUse.Allowed) })
        {
            await bed.ShowAsync(Grains.Kernel.StreamId.Facility(id), [.. Samples.Reporting(id == "f1" ? 2 : 7), new FacilityEvent.CrisisUseSet("u1", new(use, "yulius", Bed.Noon, null, null))]);
        }

        Assert.Equal([("f2", PlaceGroup.Ready), ("f1", PlaceGroup.AfterConsultation)],
            FindPlaces.In(bed.Capacity.Current, One()).Places.Select(place => (place.Facility.Id, place.Group)));
    }

    [Fact]
    public async Task Allocates_the_same_however_many_facilities_there_are()
    {
        var (few, many) = (new Bed(), new Bed());
        await Fill(few, 50);
        await Fill(many, 1_000);
        var query = One();

        Assert.Equal(Allocated(few, query), Allocated(many, query));
    }

    private static async Task Fill(Bed bed, int facilities)
    {
        for (var i = 0; i < facilities; i++) await bed.WriteAsync(Grains.Kernel.StreamId.Facility($"f{i}"), Samples.Reporting(i % 8));
        await bed.CatchUpAsync();
    }

    private static long Allocated(Bed bed, FindQuery query)
    {
        for (var i = 0; i < 3; i++) FindPlaces.In(bed.Capacity.Current, query);
        var before = GC.GetAllocatedBytesForCurrentThread();
        FindPlaces.In(bed.Capacity.Current, query);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static FindQuery One(bool explain = false) => new(
        new([new(9, GenderNeed.F, Security.Open, default)], [InfectionStatus.NoSymptoms], Crisis: true, HasSecureBasis: false, Urgency.Immediate, [], [],
            GeoPoint.At(51.8, 4.6), null, 60), CapacityFilter.Everything, Explain: explain);

    private static FoundPlaces Naive(World world, FindQuery query)
    {
        var view = world.Bed.Capacity.Current;
        var wanted = query.Wanted;
        var weights = ScoreWeights.Of(world.Policy);
        var all = (from facility in view.Facilities
                   from unit in facility.Units
                   where query.Filter.Fits(unit)
                   let candidate = Candidate.Of(world.Facilities[facility.Id], unit.UnitId, wanted, view.EvaluatedAt, world.Policy) with { Excluded = wanted.Excludes(facility.Id, unit.UnitId) }
                   select (facility, unit, candidate, first: HardFilter.First(wanted, candidate))).ToList();
        var places = from u in all
                     where u.first == Exclusion.None
                     select new Place(u.facility, u.unit, PlaceGroups.Of(wanted, u.candidate), Score.Of(wanted, u.candidate, weights), u.candidate.HomeMetres);
        var misses = from u in all
                     where u.first != Exclusion.None
                     let miss = NearestMiss.Of(wanted, u.candidate)
                     select new MissedPlace(u.facility, u.unit, miss, NearestMiss.Blockers(wanted, u.candidate, null), u.candidate.HomeMetres);
        var exclusions = from u in all
                         where u.first != Exclusion.None && !HardFilter.Applies(Exclusion.TooFar, wanted, u.candidate)
                         group u by u.first into excluded
                         orderby excluded.Key
                         select new ExclusionCount(excluded.Key, excluded.Count());
        return new(
            [.. ById(places, p => p.Unit, p => (p.Group, -p.Score.Total)).Take(query.Limit)],
            query.Explain ? [.. exclusions] : [],
            query.Explain ? [.. ById(misses, m => m.Unit, m => m.Miss).Take(FindQuery.MissesMax)] : [], view.Position, view.EvaluatedAt);
    }

    private static IEnumerable<T> ById<T, TKey>(IEnumerable<T> items, Func<T, UnitEntry> unit, Func<T, TKey> key) => items
        .OrderBy(key).ThenBy(item => unit(item).UnitId, StringComparer.Ordinal).ThenBy(item => unit(item).FacilityId, StringComparer.Ordinal);

    private static void AssertSame(FoundPlaces expected, FoundPlaces actual)
    {
        Assert.Equal(expected.Places.ToArray(), actual.Places.ToArray());
        Assert.Equal(expected.Exclusions.ToArray(), actual.Exclusions.ToArray());
        Assert.Equal(expected.Misses.Select(Flat), actual.Misses.Select(Flat));
    }

    private static (string, Miss, int?, string) Flat(MissedPlace miss) =>
        (miss.Unit.Key, miss.Miss, miss.HomeMetres, string.Join(',', miss.Blockers.Select(blocker => blocker with { Until = null })));
}
