using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Grains.Regions;
using Plek.V1;

namespace Gateway.Services;

/// <summary>Lists who waits, in the order in which they come first. Scores are opened to sort by and shown nowhere, so the read is not logged.</summary>
public sealed class WaitingReader(IGrains grains, SealedFacts sealedFacts, ViewReads views)
{
    private const int LimitDefault = 200;
    private const int LimitMax = 1_000;

    public async ValueTask<ListWaitingResponse> ListAsync(ListWaitingRequest request, Permit permit)
    {
        var limit = request.Limit == 0 ? LimitDefault : Check.Range(request.Limit, 1, LimitMax, "limit");
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var list = views.Board.Current;
        var policy = (await grains.ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), permit.Cancel)).State.Policy;
        var waiting = new List<(WaitingPlace Place, WaitingRow Row)>();
        foreach (var row in list.ById.Values.Where(row => row.IsWaiting && (permit.IsDesk || row.IsExpertCase)))
        {
            var state = (await grains.ReadAsync<PlacementState>(StreamId.Placement(row.RequestId), permit.Cancel)).State;
            var scores = (await sealedFacts.FactsAsync(state, permit.Cancel))?.Children.Where(child => child.Safety is not null).Select(child => child.Safety!).ToList() ?? [];
            var place = new WaitingPlace(scores.Count == 0 ? null : scores.Max(safety => safety.Score), row.Care.OverdueSince, row.Care.Dates.WaitingFrom!.Value, row.RequestId);
            var old = scores.Any(safety => Placement.SafetyBy(safety, policy) <= permit.Now);
            waiting.Add((place, new() { Request = Show.Row(row), Care = Show.Care(row.Care), SafetyOld = old }));
        }
        return new()
        {
            Waiting = { waiting.OrderBy(entry => entry.Place).Take(limit).Select(entry => entry.Row) },
            Total = waiting.Count,
            Position = list.Position,
        };
    }
}
