using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>The same command id again, and what a reader may count on.</summary>
public sealed class RetryTests(PlekHost host) : IClassFixture<PlekHost>
{
    private readonly PlekCaller _desk = host.As(Role.CrisisDesk);

    [Fact]
    public async Task The_same_command_again_gets_the_same_answer()
    {
        var request = Submit();
        var referrer = host.As(Role.Referrer); // The desk is shown possible duplicates too, as known by then.
        var first = await referrer.CallAsync<SubmitResponse>(request);
        Assert.Equal(first, await referrer.CallAsync<SubmitResponse>(request));

        var triage = Triage(first);
        await _desk.CallAsync<PhaseAnswer>(new StartTriageRequest { CommandId = Fresh(), RequestId = first.RequestId });
        var triaged = await _desk.CallAsync<TriageResponse>(triage);
        var offer = Offer(first.RequestId);
        var offered = await _desk.CallAsync<OfferResponse>(offer);
        Assert.Equal(triaged, await _desk.CallAsync<TriageResponse>(triage));
        Assert.Equal(offered, await _desk.CallAsync<OfferResponse>(offer));
    }

    [Fact]
    public async Task An_offer_keeps_its_answer_when_what_was_known_of_the_children_is_erased()
    {
        var id = (await SearchingAsync(host.As(Role.Referrer), _desk)).RequestId;
        var offer = Offer(id);
        var offered = await _desk.CallAsync<OfferResponse>(offer);
        await _desk.CallAsync<PhaseAnswer>(new WithdrawOfferRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Dichterbij gevonden" });
        await host.Vault.EraseAsync(id, purpose: null, default);
        Assert.Equal(offered, await _desk.CallAsync<OfferResponse>(offer));
        offer.CommandId = Fresh();
        Assert.Equal("ERASED", (await _desk.FailAsync(offer)).Reason);
    }

    [Fact]
    public async Task The_same_id_with_other_contents_is_refused()
    {
        var request = Submit();
        await _desk.CallAsync<SubmitResponse>(request);
        request.CrisisAsked = false;
        var failure = await _desk.FailAsync(request);
        Assert.Equal(("already_exists", "COMMAND_ID_REUSED"), (failure.Code, failure.Reason));
    }

    [Fact]
    public async Task Another_caller_may_use_the_same_id()
    {
        var request = Submit();
        await _desk.CallAsync<SubmitResponse>(request);
        request.Children[0].ChildToken = Fresh("kind");
        await host.As(Role.DeskLead).CallAsync<SubmitResponse>(request);
    }

    [Fact]
    public async Task A_refusal_is_not_remembered()
    {
        var token = Fresh("kind");
        var first = await _desk.CallAsync<SubmitResponse>(Submit(token));
        var again = Submit(token);
        var refused = await _desk.FailAsync(again);
        Assert.Equal(("already_exists", "LIVE_REQUEST_EXISTS", "078-0001112"), (refused.Code, refused.Reason, refused.Metadata["desk_phone"]));
        Assert.Equal(["desk_phone"], refused.Metadata.Keys);
        await _desk.CallAsync<PhaseAnswer>(new CancelRequest { CommandId = Fresh(), RequestId = first.RequestId, Reason = CancelReason.WrongRequest });
        await _desk.CallAsync<SubmitResponse>(again);
    }

    [Fact]
    public async Task Words_and_persons_of_a_refused_command_are_not_kept_and_those_of_an_accepted_one_once()
    {
        var token = Fresh("kind");
        var first = await _desk.CallAsync<SubmitResponse>(Submit(token));
        var again = Submit(token);
        var kept = host.Vault.Entries;
        Assert.Equal("LIVE_REQUEST_EXISTS", (await _desk.FailAsync(again)).Reason); // By the grains, after its persons were kept.
        Assert.Equal(kept, host.Vault.Entries);

        var cancel = new CancelRequest { CommandId = Fresh(), RequestId = first.RequestId, Reason = CancelReason.Other, Text = "Toch bij oma" };
        var cancelled = await _desk.CallAsync<PhaseAnswer>(cancel);
        Assert.Equal(cancelled, await _desk.CallAsync<PhaseAnswer>(cancel));
        Assert.Equal(kept + 1, host.Vault.Entries);
        Assert.Contains((await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = first.RequestId })).History, entry => entry.Text == "Toch bij oma");

        var submitted = await _desk.CallAsync<SubmitResponse>(again); // Refused before, and accepted now.
        Assert.Equal(submitted, await _desk.CallAsync<SubmitResponse>(again));
        Assert.Equal(kept + 3, host.Vault.Entries);
        Assert.Equal("Rik Referent", (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = submitted.RequestId })).Referral.Contact.Name);
    }

    [Fact]
    public async Task A_read_shows_at_least_the_position_that_a_write_answered()
    {
        var written = await host.As(Role.ProviderReporter, "merwetij").CallAsync<ReportAnswer>(Report(7));
        var capacity = await _desk.CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "de-kade", AtLeastPosition = written.Position });
        Assert.True(capacity.Position >= written.Position);
        Assert.Equal(7, capacity.Capacity.Single(unit => unit.UnitId == "de-kade-jong").Exact.Occupied);
    }

    [Fact]
    public async Task A_position_that_does_not_come_is_unavailable()
    {
        var failure = await _desk.FailAsync(new GetRegionRequest { AtLeastPosition = 1_000_000_000 });
        Assert.Equal(("unavailable", "POSITION_NOT_REACHED"), (failure.Code, failure.Reason));
        Assert.Equal("POSITION_NOT_REACHED", (await _desk.FailAsync(new GetCapacityRequest { FacilityId = "de-kade", AtLeastPosition = 1_000_000_000 })).Reason);
    }
}
