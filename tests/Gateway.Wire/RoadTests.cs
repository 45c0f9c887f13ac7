using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>One child's road over the wire, and who sees what of it on the way.</summary>
/// <remarks>Two beds are free in the unit asked, so each test has a region of its own.</remarks>
public sealed class RoadTests : IAsyncLifetime
{
    private readonly PlekHost _host = new();
    private PlekCaller _desk = null!;
    private PlekCaller _referrer = null!;
    private PlekCaller _intake = null!;
    private PlekCaller _other = null!;

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        (_desk, _referrer) = (_host.As(Role.CrisisDesk), _host.As(Role.Referrer));
        (_intake, _other) = (_host.As(Role.ProviderIntake, "merwetij"), _host.As(Role.ProviderIntake, "another"));
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Finds_a_place_holds_it_and_lets_a_child_in_and_out_again()
    {
        var submitted = await SearchingAsync(_referrer, _desk);
        var id = submitted.RequestId;
        var found = await _desk.CallAsync<FindPlacesResponse>(new FindPlacesRequest { RequestId = id, Explain = true });
        Assert.Contains(found.Places, place => place.UnitId == "de-kade-jong");
        Assert.NotEmpty(found.Exclusions);

        var offered = await _desk.CallAsync<OfferResponse>(Offer(id));
        Assert.Equal(1, offered.Attempt);
        var agreed = await _intake.CallAsync<PhaseAnswer>(new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        Assert.Equal(PlacementPhase.Agreed, agreed.Phase);
        Assert.Equal(PlacementPhase.EnRoute, (await _intake.CallAsync<PhaseAnswer>(new DepartRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Transport = Transport.Own })).Phase);
        var admitted = await _intake.CallAsync<AdmitResponse>(new AdmitRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        Assert.Equal((PlacementPhase.Placed, false), (admitted.Phase, admitted.ArrivedAfterWithdrawal));
        Assert.Equal(submitted.SubjectIds, admitted.Stays.Select(stay => stay.SubjectId));

        var inside = await _desk.CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "de-kade", AtLeastPosition = admitted.Position });
        Assert.Contains(inside.Occupancies, stay => stay.RequestId == id);
        var ended = await _desk.CallAsync<PhaseAnswer>(new EndStayRequest
        {
            CommandId = Fresh(),
            RequestId = id,
            SubjectId = submitted.SubjectIds[0],
            Outcome = StayOutcome.Home,
        });
        Assert.Equal(PlacementPhase.Ended, ended.Phase);
        Assert.Null(ended.Deadline);
    }

    [Fact]
    public async Task Shows_a_provider_bands_with_the_offer_and_the_contact_after_consent()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        Assert.Equal("OUT_OF_SCOPE", (await _intake.FailAsync(Get(id))).Reason);
        await _desk.CallAsync<OfferResponse>(Offer(id));
        Assert.Equal("OUT_OF_SCOPE", (await _other.FailAsync(Get(id))).Reason);

        var offered = await _intake.CallAsync<GetRequestResponse>(Get(id));
        var child = Assert.Single(offered.Children);
        Assert.Equal((false, AgeBand.Ages8To11, SafetyScore.Unspecified), (child.HasAgeYears, child.AgeBand, child.Safety));
        Assert.Equal([Specialism.Trauma], child.Specialisms);
        Assert.Null(offered.Referral.Contact);
        Assert.Null(offered.LegalBasis);
        Assert.Equal(0, offered.HomePostcode4);
        Assert.All(offered.History, entry => Assert.Equal((1, "", ""), (entry.Attempt, entry.Actor, entry.Text)));

        await _intake.CallAsync<PhaseAnswer>(new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        var agreed = await _intake.CallAsync<GetRequestResponse>(Get(id));
        Assert.Equal("Rik Referent", agreed.Referral.Contact.Name);
        Assert.Null(agreed.Referral.CaseLead);
        Assert.False(agreed.Children[0].HasAgeYears);

        await _desk.CallAsync<PhaseAnswer>(new WithdrawOfferRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Dichterbij gevonden" });
        Assert.Equal("OUT_OF_SCOPE", (await _intake.FailAsync(Get(id))).Reason);
    }

    [Fact]
    public async Task Shows_the_referrer_its_own_request_without_the_desks_words()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        await _desk.CallAsync<PhaseAnswer>(new WithdrawOfferRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Dichterbij gevonden" });

        var own = await _referrer.CallAsync<GetRequestResponse>(Get(id));
        Assert.Equal(10, own.Children[0].AgeYears);
        Assert.Equal(3311, own.HomePostcode4);
        Assert.All(own.History, entry => Assert.Equal(("", ""), (entry.Actor, entry.Text)));
        var desk = await _desk.CallAsync<GetRequestResponse>(Get(id));
        Assert.Contains(desk.History, entry => entry.Text == "Dichterbij gevonden" && entry.Actor.Length > 0);
        Assert.Equal("OUT_OF_SCOPE", (await _host.As(Role.Referrer, name: "somebody else").FailAsync(Get(id))).Reason);
    }

    [Fact]
    public async Task Logs_each_read_of_details_with_who_and_in_which_role()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _referrer.CallAsync<GetRequestResponse>(Get(id));
        await _desk.CallAsync<FindPlacesResponse>(new FindPlacesRequest { RequestId = id });
        var shown = await _desk.CallAsync<GetRequestResponse>(Get(id));
        Assert.Equal(["Referrer", "CrisisDesk", "CrisisDesk"], shown.History.Where(entry => entry.Event == "DetailsRead").Select(entry => entry.Role));
        Assert.All(shown.History, entry => Assert.NotEqual("", entry.Actor));
    }

    [Fact]
    public async Task A_list_shows_nothing_of_a_child_and_each_role_its_own()
    {
        var mine = (await SearchingAsync(_referrer, _desk)).RequestId;
        var offered = await _desk.CallAsync<OfferResponse>(Offer(mine));
        Assert.Contains(mine, await ListAsync(_desk));
        Assert.Contains(mine, await ListAsync(_referrer));
        Assert.Contains(mine, await ListAsync(_intake));
        Assert.DoesNotContain(mine, await ListAsync(_other));
        Assert.DoesNotContain(mine, await ListAsync(_host.As(Role.Referrer, name: "somebody else")));

        async Task<IEnumerable<string>> ListAsync(PlekCaller caller) => (await caller.CallAsync<ListRequestsResponse>(
            new ListRequestsRequest { AtLeastPosition = offered.Position, PageSize = 1_000 })).Requests.Select(row => row.RequestId);
    }

    [Fact]
    public async Task The_desk_consents_on_behalf_and_names_who_agreed()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        var consent = new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 };
        Assert.Equal(["said_by"], (await _desk.FailAsync(consent)).Fields);
        consent.SaidBy = new() { Name = "Petra van Merwetij", Phone = "078-0000001" };
        Assert.Equal(["said_by"], (await _intake.FailAsync(consent)).Fields);

        await _desk.CallAsync<PhaseAnswer>(consent);
        var entry = (await _desk.CallAsync<GetRequestResponse>(Get(id))).History.Single(e => e.Event == "Consented");
        Assert.Equal((Channel.OnBehalfByPhone, "Petra van Merwetij"), (entry.Channel, entry.Person.Name));
    }

    [Fact]
    public async Task Of_an_admission_after_a_withdrawal_nothing_is_opened()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        await _intake.CallAsync<PhaseAnswer>(new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        await _desk.CallAsync<PhaseAnswer>(new WithdrawOfferRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Elders geplaatst" });
        var answer = await _intake.CallAsync<AdmitResponse>(new AdmitRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        Assert.True(answer.ArrivedAfterWithdrawal);
        Assert.Empty(answer.Stays);
    }

    [Fact]
    public async Task A_provider_hears_its_last_answers_again_after_the_end_and_nothing_more()
    {
        var submitted = await SearchingAsync(_referrer, _desk);
        var id = submitted.RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        await _intake.CallAsync<PhaseAnswer>(new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        var admit = new AdmitRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 };
        var admitted = await _intake.CallAsync<AdmitResponse>(admit);
        var leave = new EndStayRequest { CommandId = Fresh(), RequestId = id, SubjectId = submitted.SubjectIds[0], Outcome = StayOutcome.Home };
        var left = await _intake.CallAsync<PhaseAnswer>(leave);

        Assert.Equal(left, await _intake.CallAsync<PhaseAnswer>(leave));
        Assert.Equal(admitted, await _intake.CallAsync<AdmitResponse>(admit));
        Assert.Equal("OUT_OF_SCOPE", (await _other.FailAsync(leave)).Reason);
        Assert.Equal("OUT_OF_SCOPE", (await _intake.FailAsync(Get(id))).Reason);
        (admit.CommandId, leave.CommandId) = (Fresh(), Fresh());
        Assert.Equal("OUT_OF_SCOPE", (await _intake.FailAsync(leave)).Reason);
        Assert.Equal("OUT_OF_SCOPE", (await _intake.FailAsync(admit)).Reason);
    }

    [Fact]
    public async Task A_provider_that_refused_cannot_follow_the_case()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        var refuse = new RefuseRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Code = RefusalCode.NoBedInReality };
        var refused = await _intake.CallAsync<PhaseAnswer>(refuse);
        Assert.Equal(refused, await _intake.CallAsync<PhaseAnswer>(refuse));

        refuse.Code = RefusalCode.StaffShortage;
        Assert.Equal("COMMAND_ID_REUSED", (await _intake.FailAsync(refuse)).Reason);
        refuse.CommandId = Fresh();
        Google.Protobuf.IMessage[] asks =
        [
            refuse, new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 }, new AdmitRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 },
            new DepartRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Transport = Transport.Own },
            new ArrivalFailedRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Niet gekomen" }, Get(id),
        ];
        foreach (var ask in asks) Assert.Equal("OUT_OF_SCOPE", (await _intake.FailAsync(ask)).Reason);
    }

    [Fact]
    public async Task A_referrer_takes_a_request_back_only_before_it_is_offered()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        var cancel = new CancelRequest { CommandId = Fresh(), RequestId = id, Reason = CancelReason.ReferrerWithdrew };
        Assert.Equal("NOT_ALLOWED_IN_STATE", (await _referrer.FailAsync(cancel)).Reason);
        Assert.Equal(PlacementPhase.Cancelled, (await _desk.CallAsync<PhaseAnswer>(cancel)).Phase);
    }

    [Fact]
    public async Task Choosing_another_place_than_the_first_asks_for_a_reason_which_is_kept()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var offer = Offer(id);
        offer.RecommendedUnits.Add(["het-anker-logeren", "de-kade-jong"]);
        Assert.Equal(["other_than_first"], (await _desk.FailAsync(offer)).Fields);
        offer.OtherThanFirst = "Dicht bij school";
        await _desk.CallAsync<OfferResponse>(offer);
        var entry = (await _desk.CallAsync<GetRequestResponse>(Get(id))).History.Single(e => e.Event == "Offered");
        Assert.Equal(("de-kade-jong", "Dicht bij school"), (entry.UnitId, entry.Text));
    }

    [Fact]
    public async Task Only_a_desk_lead_sets_a_units_rules_aside()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var offer = Offer(id, unit: "de-kade-oud");
        Assert.Equal("AGE_OUT_OF_RANGE", (await _desk.FailAsync(offer)).Reason);
        offer.Exception = new() { Age = true, Reason = "Zus woont hier al", ConsentedBy = new() { Name = "Petra van Merwetij" } };
        var refused = await _desk.FailAsync(offer);
        Assert.Equal(("permission_denied", "FIELD_NOT_ALLOWED"), (refused.Code, refused.Reason));
        await _host.As(Role.DeskLead).CallAsync<OfferResponse>(offer);
    }

    [Fact]
    public async Task A_hold_gets_more_time_once_and_is_kept_only_when_the_unit_comes_short()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var offered = await _desk.CallAsync<OfferResponse>(Offer(id));
        var extend = new ExtendHoldRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Minutes = 10 };
        var extended = await _desk.CallAsync<PhaseAnswer>(extend);
        Assert.Equal((PlacementPhase.Offered, offered.HeldUntil.ToDateTimeOffset().AddMinutes(10)), (extended.Phase, extended.Deadline.ToDateTimeOffset()));
        Assert.Equal(extended, await _desk.CallAsync<PhaseAnswer>(extend));
        Assert.Equal("HOLD_ALREADY_EXTENDED", (await _desk.FailAsync(new ExtendHoldRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 })).Reason);
        Assert.Equal(["minutes"], (await _desk.FailAsync(new ExtendHoldRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Minutes = -1 })).Fields);

        var agreed = await _intake.CallAsync<PhaseAnswer>(new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        var keep = new KeepHoldRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "De nachtdienst is geregeld" };
        Assert.Equal("NO_SHORTFALL", (await _desk.FailAsync(keep)).Reason);
        await _host.As(Role.ProviderReporter, "merwetij").CallAsync<ReportAnswer>(Report(10));
        var kept = await _desk.CallAsync<PhaseAnswer>(keep);
        Assert.Equal((PlacementPhase.Agreed, agreed.Deadline), (kept.Phase, kept.Deadline));
    }

    private static GetRequestRequest Get(string id) => new() { RequestId = id };
}
