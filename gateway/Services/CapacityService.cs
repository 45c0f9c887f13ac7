using Gateway.Access;
using Gateway.Rpc;
using Gateway.Views;
using Grains.Kernel;
using Plek.V1;

namespace Gateway.Services;

/// <summary>Answers <c>plek.v1.CapacityService</c> from memory: what there is, as each role may see it.</summary>
public sealed class CapacityService(ViewReads views)
{
    private static Google.Protobuf.Reflection.ServiceDescriptor Service => CapacityReflection.Descriptor.Services[0];

    public void Map(Gate gate) => gate
        .Unary<GetCapacityRequest, GetCapacityResponse>(Service.FindMethodByName("GetCapacity"), GetAsync)
        .Unary<ListFacilitiesRequest, ListFacilitiesResponse>(Service.FindMethodByName("ListFacilities"), ListAsync)
        .Unary<GetOverviewRequest, GetOverviewResponse>(Service.FindMethodByName("GetOverview"), OverviewAsync)
        .ServerStream<WatchCapacityRequest, WatchCapacityResponse>(Service.FindMethodByName("WatchCapacity"), Watch);

    private async ValueTask<GetCapacityResponse> GetAsync(GetCapacityRequest request, Permit permit)
    {
        var id = Check.Id(request.FacilityId, "facility_id");
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var view = views.Capacity.Current;
        if (view.Find(id) is not { State.Profile: { } profile } entry) throw new Refusal(Reason.UnknownFacility).ToRpcException();

        var exactly = CapacityReveal.SeesExactly(permit, profile.ProviderId, id);
        var shown = new GetCapacityResponse
        {
            Facility = Show.Facility(entry, view),
            Capacity = { entry.Units.Select(unit => Show.Unit(unit, exactly)) },
            Position = view.Position,
            EvaluatedAt = view.EvaluatedAt.ToWire(),
        };
        if (!exactly) return shown;
        shown.Blocks.AddRange(entry.State.Blocks.Select(block => Show.Block(block.Key, block.Value)));
        shown.Holds.AddRange(entry.State.Holds.Values.Select(Show.Hold));
        shown.Occupancies.AddRange(entry.State.Occupancies.Select(stay => Show.Occupancy(stay.Key, stay.Value)));
        return shown;
    }

    private async ValueTask<ListFacilitiesResponse> ListAsync(ListFacilitiesRequest request, Permit permit)
    {
        var filter = Filters.Capacity(request.Filter);
        var size = Filters.Page(request.PageSize);
        var after = request.PageToken.Length == 0 ? "" : Check.Id(request.PageToken, "page_token");
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var view = views.Capacity.Current;
        var page = view.List(filter, after, size);
        return new()
        {
            Facilities = { page.Select(facility => Show.Facility(facility, view)) },
            NextPageToken = page.Length == size ? page[^1].Id : "",
            Position = view.Position,
        };
    }

    private async ValueTask<GetOverviewResponse> OverviewAsync(GetOverviewRequest request, Permit permit)
    {
        var filter = Filters.Capacity(request.Filter);
        var by = Fields.OptionalWord<Plek.V1.GroupBy, Views.GroupBy>(request.GroupBy, "group_by") ?? Views.GroupBy.Region;
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var overview = Overview.Of(views.Capacity.Current, filter, by);
        var shown = new GetOverviewResponse
        {
            Totals = { overview.Rows.Select(Show.Totals) },
            Position = overview.Position,
            EvaluatedAt = overview.EvaluatedAt.ToWire(),
        };
        if (!permit.IsDesk) CapacityReveal.HideFew(shown.Totals);
        return shown;
    }

    private async IAsyncEnumerable<WatchCapacityResponse> Watch(WatchCapacityRequest request, Permit permit)
    {
        var filter = Filters.Capacity(request.Filter);
        var messages = views.Capacity.Watching.WatchAsync(
            filter.Fits, Filters.Resume(request.ResumePosition), Filters.Interval(request.IntervalMs), permit.Cancel,
            (before, after) => LooksTheSame(before, after, permit));
        await foreach (var message in messages) yield return ToWire(message, permit);
    }

    private static WatchCapacityResponse ToWire(WatchMessage<UnitEntry> message, Permit permit) => message switch
    {
        WatchMessage<UnitEntry>.Snapshot m => new()
        {
            Snapshot = new() { Units = { m.Rows.Select(unit => Unit(unit, permit)) }, Complete = m.Complete, Position = m.Position, EvaluatedAt = m.EvaluatedAt.ToWire() },
        },
        WatchMessage<UnitEntry>.Delta m => new()
        {
            Delta = new()
            {
                Units = { m.Rows.Select(unit => ShownUnits.Of(unit, SeesExactly(unit, permit))) },
                Position = m.Position,
                EvaluatedAt = m.EvaluatedAt.ToWire(),
                Removed = { m.Removed.Select(unit => new UnitKey { FacilityId = unit.FacilityId, UnitId = unit.UnitId }) },
            },
        },
        _ => new() { Heartbeat = new() { Position = message.Position, EvaluatedAt = message.EvaluatedAt.ToWire() } },
    };

    private static Plek.V1.UnitCapacity Unit(UnitEntry unit, Permit permit) => Show.Unit(unit, SeesExactly(unit, permit));

    private static bool SeesExactly(UnitEntry unit, Permit permit) => CapacityReveal.SeesExactly(permit, unit.Facility.ProviderId, unit.FacilityId);

    /// <summary>Inside a band nothing shows: who were told that something changed could count the children who come and go.</summary>
    private static bool LooksTheSame(UnitEntry before, UnitEntry after, Permit permit) =>
        !SeesExactly(after, permit) && ShownUnits.Of(before, SeesExactly(before, permit)).Equals(ShownUnits.Of(after, exactly: false));
}
