using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;

namespace Bench;

/// <summary>What a facility can take, now and in the next 21 shifts, and when it must look again: the rules against domain 4 in plain LINQ.</summary>
/// <remarks>Sides take turns at a few hundred facilities, too many for the caches to keep; of each facility the median of its times counts, and p99 is
/// over the facilities. Every value of both sides is compared before anything is timed: one that differs ends the run.</remarks>
public static class ForecastBench
{
    private const int Facilities = 5_000;
    private const int Turn = 500;
    private const int Rounds = 3;

    private static readonly DateTimeOffset Now = ForecastRegion.Now;
    private static readonly Policy Policy = Policy.Default;

    public static Task RunAsync(string[] args)
    {
        var report = Report.From("forecast", args);
        var all = new ForecastRegion().Build(Facilities);
        foreach (var facility in all) AssertSame(facility);
        var (plain, crucial) = (all.Where(facility => !facility.Crucial).ToImmutableArray(), all.Where(facility => facility.Crucial).ToImmutableArray());

        Measure(report, "capacity, until when, 21 shifts", all, Everything, TheirEverything);
        Measure(report, "capacity alone", all, Capacity, TheirCapacity);
        Measure(report, "due, plain", plain, Due, TheirCapacityDue);
        Measure(report, "due, crucial", crucial, Due, TheirForecastDue);
        return Task.CompletedTask;
    }

    private static void Measure(Report report, string what, ImmutableArray<FacilityState> facilities, Action<FacilityState> rules, Action<FacilityState> linq)
    {
        var (mine, theirs) = (Times(facilities.Length), Times(facilities.Length));
        for (var round = 0; round < Rounds; round++)
            for (var from = 0; from < facilities.Length; from += Turn)
            {
                for (var i = from; i < Math.Min(from + Turn, facilities.Length); i++) theirs[i][round] = FindBench.Micros(() => linq(facilities[i]));
                for (var i = from; i < Math.Min(from + Turn, facilities.Length); i++) mine[i][round] = FindBench.Micros(() => rules(facilities[i]));
            }
        var (own, peer) = (FindBench.Percentiles.Of(mine), FindBench.Percentiles.Of(theirs));
        var name = $"{facilities.Length:N0} facilities, {what}";
        report.Row($"{name}: rules", ("p50_us", own.P50), ("p99_us", own.P99), ("bytes_per_facility", Allocated(facilities, rules)),
            ("ratio_p50", peer.P50 / own.P50), ("ratio_p99", peer.P99 / own.P99));
        report.Row($"{name}: LINQ", ("p50_us", peer.P50), ("p99_us", peer.P99), ("bytes_per_facility", Allocated(facilities, linq)));
    }

    private static void Everything(FacilityState facility)
    {
        foreach (var (unitId, _) in facility.Units)
        {
            UnitCapacity.At(facility, unitId, Now, Policy);
            UnitCapacity.ValidUntil(facility, unitId, Now, Policy);
            Forecast.Of(facility, unitId, Now, Policy);
        }
    }

    private static void TheirEverything(FacilityState facility)
    {
        var peer = new ForecastPeer(facility, Now, Policy, days: 10);
        foreach (var (unitId, _) in facility.Units)
        {
            peer.Capacity(unitId);
            peer.ValidUntil(unitId);
            peer.Forecast(unitId);
        }
    }

    private static void Capacity(FacilityState facility)
    {
        foreach (var (unitId, _) in facility.Units) UnitCapacity.At(facility, unitId, Now, Policy);
    }

    private static void TheirCapacity(FacilityState facility)
    {
        var peer = new ForecastPeer(facility, Now, Policy, days: 4);
        foreach (var (unitId, _) in facility.Units) peer.Capacity(unitId);
    }

    private static void Due(FacilityState facility) => Facility.Decider.Due(facility, Policy, Now);

    private static void TheirCapacityDue(FacilityState facility) => new ForecastPeer(facility, Now, Policy, days: 4).Due();

    private static void TheirForecastDue(FacilityState facility) => new ForecastPeer(facility, Now, Policy, days: 10).Due();

    private static void AssertSame(FacilityState facility)
    {
        var peer = new ForecastPeer(facility, Now, Policy, days: 10);
        foreach (var (unitId, _) in facility.Units)
        {
            var what = $"{facility.Profile!.Name} {unitId}";
            Same(what, UnitCapacity.At(facility, unitId, Now, Policy), peer.Capacity(unitId));
            Same(what, UnitCapacity.ValidUntil(facility, unitId, Now, Policy), peer.ValidUntil(unitId));
            var (mine, theirs) = (Forecast.Of(facility, unitId, Now, Policy), peer.Forecast(unitId));
            Same($"{what}, shifts", mine.Length, theirs.Length);
            for (var i = 0; i < mine.Length; i++) Same($"{what}, shift {i}", mine[i], theirs[i]);
        }
        var due = Facility.Decider.Due(facility, Policy, Now);
        Same($"{facility.Profile!.Name}, due", due, peer.Due());
        if (!facility.Crucial) Same($"{facility.Profile.Name}, due by 4 days", due, new ForecastPeer(facility, Now, Policy, days: 4).Due());
        if (due <= Now) throw new InvalidOperationException($"{facility.Profile.Name} still owes something: its clock would be measured at its shortest.");
    }

    private static void Same<T>(string what, T mine, T theirs)
    {
        if (!EqualityComparer<T>.Default.Equals(mine, theirs)) throw new InvalidOperationException($"The answers differ for {what}:\n{mine}\nLINQ:\n{theirs}");
    }

    private static double[][] Times(int count) => [.. Enumerable.Range(0, count).Select(_ => new double[Rounds])];

    private static double Allocated(ImmutableArray<FacilityState> facilities, Action<FacilityState> side)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var facility in facilities) side(facility);
        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / facilities.Length;
    }
}
