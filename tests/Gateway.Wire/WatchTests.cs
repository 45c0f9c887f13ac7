using System.Buffers.Binary;
using System.Net;
using Grains.Kernel;
using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>Streams show each role its own measure, and a store that is away stops reads of details and no others.</summary>
public sealed class WatchTests : IAsyncLifetime
{
    private readonly PlekHost _host = new();

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_watcher_sees_a_snapshot_and_then_the_report_in_its_own_measure()
    {
        var filter = new CapacityFilter { FacilityIds = { "de-kade" } };
        await using var desk = await StreamAsync(_host.As(Role.CrisisDesk), new WatchCapacityRequest { Filter = filter });
        await using var referrer = await StreamAsync(_host.As(Role.Referrer), new WatchCapacityRequest { Filter = filter });
        Assert.Equal(UnitCapacity.ShownOneofCase.Exact, (await desk.NextAsync()).Snapshot.Units[0].ShownCase);
        Assert.Equal(UnitCapacity.ShownOneofCase.Bands, (await referrer.NextAsync()).Snapshot.Units[0].ShownCase);

        var written = await _host.As(Role.ProviderReporter, "merwetij").CallAsync<ReportAnswer>(Report(8));
        var seen = Assert.Single((await NextDeltaAsync(desk)).Units);
        Assert.Equal(("de-kade-jong", 8, 0, written.Position), (seen.UnitId, seen.Exact.Occupied, seen.Exact.Available, seen.Position));
        Assert.Equal(Band.None, Assert.Single((await NextDeltaAsync(referrer)).Units).Bands.Available);
    }

    [Fact]
    public async Task A_watcher_of_bands_is_not_told_what_changes_inside_one()
    {
        var (kade, reporter) = (new CapacityFilter { FacilityIds = { "de-kade" } }, _host.As(Role.ProviderReporter, "merwetij"));
        var searching = await SearchingAsync(_host.As(Role.Referrer), _host.As(Role.CrisisDesk));
        var reported = await reporter.CallAsync<ReportAnswer>(Report(6));
        await reporter.CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "de-kade", AtLeastPosition = reported.Position });
        await using var desk = await StreamAsync(_host.As(Role.CrisisDesk), new WatchCapacityRequest { Filter = kade });
        await using var referrer = await StreamAsync(_host.As(Role.Referrer), new WatchCapacityRequest { Filter = kade });
        await desk.NextAsync();
        var first = (await referrer.NextAsync()).Snapshot;
        Assert.Equal(Band.OneOrTwo, Jong(first.Units).Bands.Available);

        // Two places are free; one is held, and one still is: nothing that a band shows.
        await _host.As(Role.CrisisDesk).CallAsync<OfferResponse>(Offer(searching.RequestId));
        Assert.Equal(1, Jong((await NextDeltaAsync(desk)).Units).Exact.Available);
        await reporter.CallAsync<ReportAnswer>(Report(8));
        Assert.Equal(Band.None, Jong((await NextDeltaAsync(referrer)).Units).Bands.Available); // The first delta is of this change.

        var asked = await _host.As(Role.Referrer).CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "de-kade" });
        Assert.All(first.Units.Concat(asked.Capacity), unit => Assert.Equal((0L, null, null), (unit.Position, unit.EvaluatedAt, unit.ValidUntil)));

        static UnitCapacity Jong(IEnumerable<UnitCapacity> units) => units.Single(unit => unit.UnitId == "de-kade-jong");
    }

    [Fact]
    public async Task Without_a_store_no_details_are_shown_and_capacity_still_is()
    {
        var desk = _host.As(Role.CrisisDesk);
        var id = (await SearchingAsync(_host.As(Role.Referrer), desk)).RequestId;
        _host.Expected = typeof(StoreUnavailableException);
        _host.Store.CutOff = true;
        var failure = await desk.FailAsync(new GetRequestRequest { RequestId = id });
        Assert.Equal(("unavailable", "STORE_UNAVAILABLE"), (failure.Code, failure.Reason));
        Assert.Equal("STORE_UNAVAILABLE", (await desk.FailAsync(new FindPlacesRequest { RequestId = id })).Reason);
        Assert.Equal("STORE_UNAVAILABLE", (await desk.FailAsync(Submit())).Reason);
        await desk.CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "de-kade" });
        await desk.CallAsync<ListRequestsResponse>(new ListRequestsRequest());
        _host.Store.CutOff = false;
    }

    private static async Task<CapacityDelta> NextDeltaAsync(Watch watch)
    {
        while (true)
            if (await watch.NextAsync() is { Delta: { } delta }) return delta;
    }

    private static async Task<Watch> StreamAsync(PlekCaller caller, WatchCapacityRequest request)
    {
        var post = Wire.Post(caller.Host.Http2, "/plek.v1.CapacityService/WatchCapacity", "application/grpc", Wire.Envelope(request), ("authorization", $"Bearer {caller.Token}"));
        var response = await Wire.Client.SendAsync(post, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new(response, await response.Content.ReadAsStreamAsync());
    }

    private sealed record Watch(HttpResponseMessage Response, Stream Body) : IAsyncDisposable
    {
        public async Task<WatchCapacityResponse> NextAsync()
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var prefix = new byte[5];
            await Body.ReadExactlyAsync(prefix, patience.Token);
            var message = new byte[BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
            await Body.ReadExactlyAsync(message, patience.Token);
            return WatchCapacityResponse.Parser.ParseFrom(message);
        }

        public async ValueTask DisposeAsync()
        {
            await Body.DisposeAsync();
            Response.Dispose();
        }
    }
}
