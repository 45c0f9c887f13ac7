using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>From one place into the next, over the wire: the child stays where it is until the next place lets it in.</summary>
public sealed class TransferTests : IAsyncLifetime
{
    private readonly PlekHost _host = new();
    private PlekCaller _desk = null!;
    private PlekCaller _referrer = null!;
    private PlekCaller _kade = null!;

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        (_desk, _referrer, _kade) = (_host.As(Role.CrisisDesk), _host.As(Role.Referrer), _host.As(Role.ProviderIntake, "merwetij"));
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_next_place_ends_the_old_stay_and_request_in_one_commit()
    {
        var (old, subject) = await PlacedAsync();
        Assert.Equal("OUT_OF_SCOPE", (await _host.As(Role.Referrer, name: "somebody else").FailAsync(Transfer(old))).Reason);
        var request = Transfer(old);
        var asked = await _kade.CallAsync<SubmitResponse>(request);
        Assert.Equal(asked, await _kade.CallAsync<SubmitResponse>(request));
        Assert.Equal((PlacementPhase.Received, subject), (asked.Phase, Assert.Single(asked.SubjectIds)));
        var second = await _referrer.FailAsync(Transfer(old));
        Assert.Equal(("LIVE_REQUEST_EXISTS", "desk_phone"), (second.Reason, Assert.Single(second.Metadata.Keys)));

        await TriagedAsync(asked);
        Assert.Equal("UNIT_EXCLUDED", (await _desk.FailAsync(Offer(asked.RequestId))).Reason);
        await AgreedAsync(asked.RequestId, "het-anker", "het-anker-logeren");
        Assert.Contains((await CapacityAsync("de-kade", 0)).Occupancies, stay => stay.RequestId == old);

        var admitted = await _desk.CallAsync<AdmitResponse>(new AdmitRequest { CommandId = Fresh(), RequestId = asked.RequestId, Attempt = 1, SaidBy = Petra });
        Assert.Equal(PlacementPhase.Placed, admitted.Phase);
        Assert.DoesNotContain((await CapacityAsync("de-kade", admitted.Position)).Occupancies, stay => stay.RequestId == old);
        Assert.Contains((await CapacityAsync("het-anker", 0)).Occupancies, stay => stay.RequestId == asked.RequestId);
        Assert.Equal(PlacementPhase.Ended, (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = old })).Request.Phase);
        var shown = await _referrer.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = asked.RequestId });
        Assert.Equal((old, 10, 3311), (shown.Request.TransferOf, Assert.Single(shown.Children).AgeYears, shown.HomePostcode4));
    }

    [Fact]
    public async Task A_transfer_that_is_taken_back_leaves_the_child_where_it_is()
    {
        var (old, _) = await PlacedAsync();
        var asked = await _referrer.CallAsync<SubmitResponse>(Transfer(old));
        await _referrer.CallAsync<PhaseAnswer>(new CancelRequest { CommandId = Fresh(), RequestId = asked.RequestId, Reason = CancelReason.SituationImproved });
        Assert.Equal(PlacementPhase.Placed, (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = old })).Request.Phase);
        await _desk.CallAsync<SubmitResponse>(Transfer(old));
    }

    [Fact]
    public async Task A_stay_is_extended_with_what_comes_after()
    {
        var (id, subject) = await PlacedAsync();
        var end = In(TimeSpan.FromDays(30));
        var extend = new ExtendRequest { CommandId = Fresh(), RequestId = id, SubjectId = subject, PlannedEnd = end };
        Assert.Equal(["outflow_plan"], (await _kade.FailAsync(extend)).Fields);
        extend.OutflowPlan = "Naar een gezinshuis in de buurt";
        var extended = await _kade.CallAsync<PhaseAnswer>(extend);
        Assert.Equal(PlacementPhase.Placed, extended.Phase);
        var stay = (await CapacityAsync("de-kade", extended.Position)).Occupancies.Single(stay => stay.RequestId == id);
        Assert.Equal(extended.Deadline, stay.PlannedEnd);
        Assert.Equal(["planned_end"], (await _kade.FailAsync(new ExtendRequest
        {
            CommandId = Fresh(),
            RequestId = id,
            SubjectId = subject,
            PlannedEnd = In(TimeSpan.FromDays(-1)),
            OutflowPlan = "Naar huis",
        })).Fields);
    }

    private static readonly Person Petra = new() { Name = "Petra van Merwetij" };

    private async Task<(string RequestId, string SubjectId)> PlacedAsync()
    {
        var submitted = await SearchingAsync(_referrer, _desk);
        await AgreedAsync(submitted.RequestId, "de-kade", "de-kade-jong");
        await _desk.CallAsync<AdmitResponse>(new AdmitRequest { CommandId = Fresh(), RequestId = submitted.RequestId, Attempt = 1, SaidBy = Petra });
        return (submitted.RequestId, submitted.SubjectIds[0]);
    }

    private async Task TriagedAsync(SubmitResponse submitted)
    {
        await _desk.CallAsync<PhaseAnswer>(new StartTriageRequest { CommandId = Fresh(), RequestId = submitted.RequestId });
        await _desk.CallAsync<TriageResponse>(Triage(submitted));
    }

    private async Task AgreedAsync(string id, string facility, string unit)
    {
        await _desk.CallAsync<OfferResponse>(Offer(id, facility, unit));
        await _desk.CallAsync<PhaseAnswer>(new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, SaidBy = Petra });
    }

    private Task<GetCapacityResponse> CapacityAsync(string facility, long position) =>
        _desk.CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = facility, AtLeastPosition = position });

    private static RequestTransferRequest Transfer(string id) => new() { CommandId = Fresh(), RequestId = id, Reason = "Dichter bij school" };
}
