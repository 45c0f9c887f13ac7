using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>Several places asked at once, over the wire: who sees the request meanwhile, and what the slower ones hear.</summary>
public sealed class EnquiryTests : IAsyncLifetime
{
    private readonly PlekHost _host = new();
    private PlekCaller _desk = null!;
    private PlekCaller _kade = null!;
    private PlekCaller _anker = null!;

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        (_desk, _kade, _anker) = (_host.As(Role.CrisisDesk), _host.As(Role.ProviderIntake, "merwetij"), _host.As(Role.ProviderIntake, "drechtbaken"));
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task The_first_yes_gets_the_child_and_the_other_hears_found_elsewhere()
    {
        var id = await ImmediateAsync();
        var enquire = Both(id);
        var asked = await _desk.CallAsync<EnquireResponse>(enquire);
        Assert.Equal(asked, await _desk.CallAsync<EnquireResponse>(enquire));
        Assert.Equal([(1, "de-kade-jong"), (2, "het-anker-logeren")], asked.Enquiries.Select(one => (one.Number, one.UnitId)));
        Assert.Equal("UNIT_ASKED", (await _desk.FailAsync(Ask(id, ("de-kade", "de-kade-jong")))).Reason);

        var yes = new AnswerEnquiryRequest { CommandId = Fresh(), RequestId = id, Enquiry = 2, Yes = true };
        Assert.Equal("OUT_OF_SCOPE", (await _kade.FailAsync(yes)).Reason);
        var agreed = await _anker.CallAsync<AnswerEnquiryResponse>(yes);
        Assert.Equal((PlacementPhase.Agreed, 1), (agreed.Phase, agreed.Attempt));
        Assert.Equal(agreed, await _anker.CallAsync<AnswerEnquiryResponse>(yes));
        Assert.Equal("FOUND_ELSEWHERE", (await _kade.FailAsync(new AnswerEnquiryRequest { CommandId = Fresh(), RequestId = id, Enquiry = 1, Yes = true })).Reason);

        var inside = await _desk.CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "het-anker", AtLeastPosition = agreed.Position });
        Assert.Equal(HoldState.Consented, Assert.Single(inside.Holds, hold => hold.RequestId == id).State);
        Assert.Equal("OUT_OF_SCOPE", (await _kade.FailAsync(new GetRequestRequest { RequestId = id })).Reason);
        await _anker.CallAsync<AdmitResponse>(new AdmitRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
    }

    [Fact]
    public async Task Who_is_asked_sees_what_an_offer_shows_and_only_its_own_enquiry()
    {
        var id = await ImmediateAsync();
        var position = (await _desk.CallAsync<EnquireResponse>(Both(id))).Position;
        var shown = await _kade.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
        Assert.Equal((false, AgeBand.Ages8To11), (Assert.Single(shown.Children).HasAgeYears, shown.Children[0].AgeBand));
        Assert.Null(shown.Referral.Contact);
        Assert.Equal(1, Assert.Single(shown.Request.Enquiries).Number);
        Assert.Equal(["Enquired"], shown.History.Select(entry => entry.Event));
        Assert.Equal([2], Assert.Single(await ListAsync(_anker)).Enquiries.Select(one => one.Number));
        Assert.Equal([1, 2], Assert.Single(await ListAsync(_desk)).Enquiries.Select(one => one.Number));

        var no = new AnswerEnquiryRequest { CommandId = Fresh(), RequestId = id, Enquiry = 1, Code = RefusalCode.GroupSafety };
        position = (await _kade.CallAsync<AnswerEnquiryResponse>(no)).Position;
        Assert.Empty(await ListAsync(_kade));
        Assert.Equal("OUT_OF_SCOPE", (await _kade.FailAsync(new GetRequestRequest { RequestId = id })).Reason);
        Assert.Equal("UNIT_EXCLUDED", (await _desk.FailAsync(Ask(id, ("de-kade", "de-kade-jong")))).Reason);

        async Task<IEnumerable<RequestRow>> ListAsync(PlekCaller caller) =>
            (await caller.CallAsync<ListRequestsResponse>(new ListRequestsRequest { AtLeastPosition = position })).Requests.Where(row => row.RequestId == id);
    }

    [Fact]
    public async Task Several_are_asked_only_for_what_is_immediate_and_the_desk_may_say_yes_for_one()
    {
        var slow = (await SearchingAsync(_desk, _desk)).RequestId;
        Assert.Equal("NOT_IMMEDIATE", (await _desk.FailAsync(Both(slow))).Reason);

        var id = await ImmediateAsync();
        Assert.Equal(["places"], (await _desk.FailAsync(Ask(id))).Fields);
        Assert.Equal(["places"], (await _desk.FailAsync(Ask(id, ("de-kade", "de-kade-jong"), ("de-kade", "de-kade-jong")))).Fields);
        Assert.Equal("de-els-jong", (await _desk.FailAsync(Ask(id, ("de-kade", "de-kade-jong"), ("de-els", "de-els-jong")))).Metadata["unit_id"]);
        await _desk.CallAsync<EnquireResponse>(Both(id));
        var yes = new AnswerEnquiryRequest { CommandId = Fresh(), RequestId = id, Enquiry = 1, Yes = true, Code = RefusalCode.TooFar };
        Assert.Equal(["said_by"], (await _desk.FailAsync(yes)).Fields);
        yes.SaidBy = new() { Name = "Petra van Merwetij" };
        Assert.Equal(["code"], (await _desk.FailAsync(yes)).Fields);
        yes.Code = default;
        Assert.Equal(PlacementPhase.Agreed, (await _desk.CallAsync<AnswerEnquiryResponse>(yes)).Phase);
    }

    [Theory]
    [InlineData(RefusalCode.TooFar, RefusalAsks.MaxDistance)]
    [InlineData(RefusalCode.ParentsRefuse, RefusalAsks.DeskDecision)]
    [InlineData(RefusalCode.ChildRefuses, RefusalAsks.DeskDecision)]
    [InlineData(RefusalCode.InfectionRisk, RefusalAsks.CohortReview)]
    [InlineData(RefusalCode.NotForCrisis, RefusalAsks.CrisisUse)]
    [InlineData(RefusalCode.StaffShortage, RefusalAsks.Unspecified)]
    public async Task A_no_says_what_it_asks_of_whom(RefusalCode code, RefusalAsks asks)
    {
        var id = (await SearchingAsync(_desk, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        var refused = await _kade.CallAsync<PhaseAnswer>(new RefuseRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Code = code });
        Assert.Equal(asks, refused.Asks);
        Assert.Equal(asks, (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id })).History.Single(entry => entry.Code == code).Asks);

        var unit = await UnitAsync(refused.Position);
        Assert.Equal((asks == RefusalAsks.CohortReview, asks == RefusalAsks.CrisisUse), (unit.CohortReviewAskedAt is not null, unit.CrisisUseAskedAt is not null));
        if (asks != RefusalAsks.CrisisUse) return;
        var set = new SetCrisisUseRequest { CommandId = Fresh(), FacilityId = "de-kade", UnitId = "de-kade-jong", CrisisUse = CrisisUse.NotForCrisis };
        Assert.Null((await UnitAsync((await _kade.CallAsync<ReportAnswer>(set)).Position)).CrisisUseAskedAt);

        async Task<UnitCapacity> UnitAsync(long position) => (await _desk.CallAsync<GetCapacityResponse>(
            new GetCapacityRequest { FacilityId = "de-kade", AtLeastPosition = position })).Capacity.Single(unit => unit.UnitId == "de-kade-jong");
    }

    private async Task<string> ImmediateAsync()
    {
        var submitted = await _desk.CallAsync<SubmitResponse>(Submit());
        await _desk.CallAsync<PhaseAnswer>(new StartTriageRequest { CommandId = Fresh(), RequestId = submitted.RequestId });
        var triage = Triage(submitted);
        triage.Children[0].Safety = SafetyScore.VeryUnsafe;
        Assert.Equal(Urgency.Immediate, (await _desk.CallAsync<TriageResponse>(triage)).Urgency);
        return submitted.RequestId;
    }

    private static EnquireRequest Both(string id) => Ask(id, ("de-kade", "de-kade-jong"), ("het-anker", "het-anker-logeren"));

    private static EnquireRequest Ask(string id, params (string Facility, string Unit)[] places) => new()
    {
        CommandId = Fresh(),
        RequestId = id,
        Places = { places.Select(place => new PlaceAsked { FacilityId = place.Facility, UnitId = place.Unit }) },
    };
}
