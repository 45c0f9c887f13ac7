using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>Holds the service against what it has acknowledged: every night the region's beds against the book and every answer against itself, and at
/// the end every facility and every request.</summary>
internal sealed class Audit(Scene scene)
{
    private static readonly TimeSpan AfterMidnightOfHolds = TimeSpan.FromSeconds(30); // A hold that began in a minute ends in the first seconds of one.

    private readonly List<string> _differences = [];

    public IReadOnlyList<string> Differences => _differences;

    public int Nights { get; private set; }

    public int FacilitiesCompared { get; private set; }

    public int RequestsCompared { get; private set; }

    public async Task NightAsync()
    {
        Nights++;
        await scene.Caller.AskAgainAsync();
        await scene.Caller.ReachAsync(scene.Now + AfterMidnightOfHolds);
        var overview = await scene.Caller.ReadAsync<GetOverviewResponse>(
            scene.Tokens.Desk, new GetOverviewRequest { GroupBy = GroupBy.Region }, seen => TotalsOf(seen) == Book());
        if (TotalsOf(overview) != Book()) Differ($"the night's totals (operable, occupied, held): {TotalsOf(overview)} in the service, {Book()} by its answers");
    }

    public async Task EndAsync()
    {
        await scene.Caller.AskAgainAsync();
        foreach (var facility in scene.Book.Units.Values.GroupBy(unit => unit.FacilityId, StringComparer.Ordinal)) await FacilityAsync(facility.Key, [.. facility]);
        foreach (var request in scene.Tally.Cases.Where(request => request.Submitted)) await RequestAsync(request);
        await scene.Alarms.EndAsync();
    }

    private async Task FacilityAsync(string id, IReadOnlyList<UnitLine> units)
    {
        FacilitiesCompared++;
        var seen = await scene.Caller.ReadAsync<GetCapacityResponse>(scene.Tokens.Desk, new GetCapacityRequest { FacilityId = id });
        foreach (var unit in units)
        {
            var exact = seen.Capacity.Single(capacity => capacity.UnitId == unit.UnitId).Exact;
            var service = (exact.Operable, exact.Occupied, exact.Held);
            var book = (unit.OperableAt(scene.Now), unit.Occupied, unit.HeldAt(scene.Now));
            if (service != book) Differ($"{unit.UnitId} (operable, occupied, held): {service} in the service, {book} by its answers");
            var stays = seen.Occupancies.Where(stay => stay.UnitId == unit.UnitId).Select(stay => stay.OccupancyId);
            if (!unit.Stays.Order(StringComparer.Ordinal).SequenceEqual(stays.Order(StringComparer.Ordinal))) Differ($"{unit.UnitId}: the stays are not those that were acknowledged");
        }
    }

    private async Task RequestAsync(Case request)
    {
        RequestsCompared++;
        var seen = await scene.Caller.ReadAsync<GetRequestResponse>(
            scene.Tokens.Desk, new GetRequestRequest { RequestId = request.RequestId, PageSize = 1 }, shown => shown.Request.Phase == request.Phase);
        if (seen.Request.Phase != request.Phase) Differ($"request {request.Id}: {seen.Request.Phase} in the service, {request.Phase} by its answers");
    }

    private (int Operable, int Occupied, int Held) Book() =>
        (scene.Book.Units.Values.Sum(unit => unit.OperableAt(scene.Now)), scene.Book.Units.Values.Sum(unit => unit.Occupied), scene.Book.Units.Values.Sum(unit => unit.HeldAt(scene.Now)));

    private static (int Operable, int Occupied, int Held) TotalsOf(GetOverviewResponse overview) =>
        (overview.Totals.Sum(total => total.Operable), overview.Totals.Sum(total => total.Occupied), overview.Totals.Sum(total => total.Held));

    private void Differ(string what) => _differences.Add($"{scene.Now:yyyy-MM-dd HH:mm} {what}");
}
