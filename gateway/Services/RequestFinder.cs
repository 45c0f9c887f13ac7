using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Exchange;
using Gateway.Rpc;
using Gateway.Views;
using Grains.Finding;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

/// <summary>Lists and watches requests, and finds places for one: the reads of <c>plek.v1.PlacementService</c> that are answered from memory.</summary>
public sealed class RequestFinder(IGrains grains, SealedFacts sealedFacts, ViewReads views, ChildLinks links)
{
    // A child who cannot stay needs a bed: slots of a team are an answer only to who asks for that team.
    private static readonly ImmutableHashSet<Grains.Facilities.UnitKind> KindsWithBeds = Enum.GetValues<Grains.Facilities.UnitKind>()
        .Except([Grains.Facilities.UnitKind.AmbulatoryTeam, Grains.Facilities.UnitKind.FlitsTeam, Grains.Facilities.UnitKind.ChildCareGroup]).ToImmutableHashSet();

    public async ValueTask<FindPlacesResponse> FindPlacesAsync(FindPlacesRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var limit = request.Limit == 0 ? FindQuery.LimitMax : Check.Range(request.Limit, 1, FindQuery.LimitMax, "limit");
        var filter = Filters.Capacity(request.Filter);
        if (filter.UnitKinds.IsEmpty) filter = filter with { UnitKinds = KindsWithBeds };
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var state = (await grains.ReadAsync<PlacementState>(StreamId.Placement(id), permit.Cancel)).State;
        if (state.Phase == Own.PlacementPhase.None) throw new Refusal(Reason.UnknownRequest).ToRpcException();
        if (await sealedFacts.FactsAsync(state, permit.Cancel) is not { } facts) throw SealedFacts.Erased();

        // Before triage nobody has said how urgent it is; then nothing is waived for it.
        var wanted = Wanted.Of(
            facts.Children, await sealedFacts.InfectionAsync(state, permit.Cancel), state.Crisis != Own.CrisisGrade.NotCrisis || state.CrisisAsked,
            facts.HasSecureBasisAt(permit.Now), state.Urgency ?? Own.Urgency.Planned, state.ExcludedAt(permit.Now), await links.FollowAsync(state.KeepApartFrom, permit.Cancel),
            PointOf(facts.HomePostcode4), facts.SchoolPostcode4 is { } school ? PointOf(school) : null, facts.MaxDistanceKm);
        return Show.Found(FindPlaces.In(views.Capacity.Current, new(wanted, filter, limit, request.Explain)));
    }

    public async ValueTask<ListRequestsResponse> ListAsync(ListRequestsRequest request, Permit permit)
    {
        var wants = Wants(Filters.Requests(request.Filter), permit);
        var size = Filters.Page(request.PageSize);
        RequestPlace? after = request.PageToken.Length == 0 ? null
            : RequestPlace.TryParse(request.PageToken, out var place) ? place
            : throw RpcException.Invalid("page_token", "is not one that this service gave");
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var list = views.Board.Current;
        var shows = Shows(permit);
        var page = list.List(wants, after, size);
        return new()
        {
            Requests = { page.Select(shows) },
            NextPageToken = page.Length == size ? $"{page[^1].Place}" : "",
            Position = list.Position,
        };
    }

    public async IAsyncEnumerable<WatchRequestsResponse> Watch(WatchRequestsRequest request, Permit permit)
    {
        var wants = Wants(Filters.Requests(request.Filter), permit);
        // That a call has come due is the desk's affair: nobody else is told that the row changed.
        var messages = views.Board.Watching.WatchAsync(
            wants, Filters.Resume(request.ResumePosition), Filters.Interval(request.IntervalMs), permit.Cancel,
            permit.IsDesk ? null : (before, after) => before with { CallNow = false } == after with { CallNow = false });
        var shows = Shows(permit);
        await foreach (var message in messages) yield return ToWire(message, shows);
    }

    /// <summary>The desk sees all, a referrer its own, a provider those with a live attempt or an open enquiry at its facilities.</summary>
    private Func<Views.RequestRow, bool> Wants(Views.RequestFilter filter, Permit permit) => permit.Role switch
    {
        Role.CrisisDesk or Role.DeskLead => filter.Fits,
        Role.Referrer => row => row.Reporter == permit.Caller.Id && filter.Fits(row),
        _ => row => filter.Fits(row) && ((row.Live is { } live && IsOwn(live.FacilityId, permit)) || row.Enquiries.Any(asked => IsOwn(asked.FacilityId, permit))),
    };

    /// <summary>Whom else the desk asked is not for a provider, nor for a referrer.</summary>
    private Func<Views.RequestRow, Plek.V1.RequestRow> Shows(Permit permit) => permit.IsDesk
        ? Show.Row
        : row => Show.Row(row with { CallNow = false, Enquiries = row.Enquiries.RemoveAll(asked => !IsOwn(asked.FacilityId, permit)) });

    private bool IsOwn(string facilityId, Permit permit) => permit.Caller.Provider is { } own && ProviderOf(facilityId) == own;

    private string? ProviderOf(string facilityId) => views.Capacity.Current.Find(facilityId)?.State.Profile?.ProviderId;

    private static GeoPoint? PointOf(int postcode4) => Postcodes.Find(postcode4) is { } place ? GeoPoint.At(place.Latitude, place.Longitude) : null;

    private static WatchRequestsResponse ToWire(WatchMessage<Views.RequestRow> message, Func<Views.RequestRow, Plek.V1.RequestRow> shows) => message switch
    {
        WatchMessage<Views.RequestRow>.Snapshot m => new() { Snapshot = new() { Requests = { m.Rows.Select(shows) }, Complete = m.Complete, Position = m.Position } },
        WatchMessage<Views.RequestRow>.Delta m => new()
        {
            Delta = new() { Requests = { m.Rows.Select(shows) }, Removed = { m.Removed.Select(row => row.RequestId) }, Position = m.Position },
        },
        _ => new() { Heartbeat = new() { Position = message.Position, EvaluatedAt = message.EvaluatedAt.ToWire() } },
    };
}
