using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>After "too far" the desk asks the family how far is not, and searches by that.</summary>
public sealed class DistanceTests(PlekHost host) : IClassFixture<PlekHost>
{
    private readonly PlekCaller _desk = host.As(Role.CrisisDesk);

    [Fact]
    public async Task Another_distance_counts_from_the_next_search_on()
    {
        var id = (await SearchingAsync(_desk, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        Assert.Equal("NOT_ALLOWED_IN_STATE", (await _desk.FailAsync(Change(id, 5))).Reason);
        var refusal = new RefuseRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Code = RefusalCode.TooFar };
        Assert.Equal(RefusalAsks.MaxDistance, (await host.As(Role.ProviderIntake, "merwetij").CallAsync<PhaseAnswer>(refusal)).Asks);
        Assert.Contains(await FindAsync(id), place => place.DistanceKm > 5);

        var change = Change(id, 5);
        var changed = await _desk.CallAsync<CareAnswer>(change);
        Assert.Equal(changed, await _desk.CallAsync<CareAnswer>(change));
        Assert.All(await FindAsync(id), place => Assert.InRange(place.DistanceKm, 0, 5));
        var shown = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
        Assert.Equal((5, PlacementPhase.Searching, 10), (shown.MaxDistanceKm, shown.Request.Phase, shown.Children[0].AgeYears));
        Assert.Single(shown.History, entry => entry.Event == "DistanceChanged");

        await _desk.CallAsync<CareAnswer>(Change(id, 0));
        Assert.Contains(await FindAsync(id), place => place.DistanceKm > 5);
    }

    [Fact]
    public async Task Is_asked_in_triage_too_and_triage_keeps_it()
    {
        var submitted = await _desk.CallAsync<SubmitResponse>(Submit());
        Assert.Equal("NOT_ALLOWED_IN_STATE", (await _desk.FailAsync(Change(submitted.RequestId, 5))).Reason);
        await _desk.CallAsync<PhaseAnswer>(new StartTriageRequest { CommandId = Fresh(), RequestId = submitted.RequestId });
        await _desk.CallAsync<CareAnswer>(Change(submitted.RequestId, 40));
        await _desk.CallAsync<TriageResponse>(Triage(submitted));
        Assert.Equal(40, (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = submitted.RequestId })).MaxDistanceKm);
    }

    [Fact]
    public async Task What_is_no_distance_is_refused()
    {
        var id = (await SearchingAsync(_desk, _desk)).RequestId;
        Assert.Equal(["max_distance_km"], (await _desk.FailAsync(new ChangeDistanceRequest { CommandId = Fresh(), RequestId = id })).Fields);
        Assert.Equal(["max_distance_km"], (await _desk.FailAsync(Change(id, 301))).Fields);
        Assert.Equal("UNKNOWN_REQUEST", (await _desk.FailAsync(Change("nobody", 5))).Reason);
    }

    private async Task<IEnumerable<Place>> FindAsync(string id) => (await _desk.CallAsync<FindPlacesResponse>(new FindPlacesRequest { RequestId = id })).Places;

    private static ChangeDistanceRequest Change(string id, int km) => new() { CommandId = Fresh(), RequestId = id, MaxDistanceKm = km };
}
