using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>A child for whom nothing fits: who waits, with what care, and who sees it.</summary>
public sealed class WaitingTests(PlekHost host) : IClassFixture<PlekHost>
{
    private readonly PlekCaller _desk = host.As(Role.CrisisDesk);
    private readonly PlekCaller _referrer = host.As(Role.Referrer);
    private readonly PlekCaller _experts = host.As(Role.ExpertTeam);

    [Fact]
    public async Task Parks_a_request_with_a_plan_and_searches_on()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var park = Park(id);
        var parked = await _desk.CallAsync<PhaseAnswer>(park);
        Assert.Equal((PlacementPhase.Waiting, park.ReviewAt.Seconds), (parked.Phase, parked.Deadline.Seconds));
        Assert.Equal(parked, await _desk.CallAsync<PhaseAnswer>(park));

        var care = (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id })).Care;
        Assert.Equal((BridgingKind.Respite, "merwetij"), (care.Bridging.Kind, care.Bridging.ProviderId));
        Assert.NotNull(care.WaitingFrom);
        Assert.NotNull(care.ThreeMonthsAt); // A supervision order.

        await _desk.CallAsync<CareAnswer>(new SetBridgingRequest { CommandId = Fresh(), RequestId = id, NoBridgingBecause = "Gezin wil het zelf proberen" });
        Assert.Equal(PlacementPhase.Searching, (await _desk.CallAsync<PhaseAnswer>(new ResumeRequest { CommandId = Fresh(), RequestId = id })).Phase);
        var resumed = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
        Assert.Null(resumed.Care.Bridging);
        Assert.Equal(care.WaitingFrom, resumed.Care.WaitingFrom);
        Assert.Contains(resumed.History, entry => entry is { Event: "BridgingSet", Text: "Gezin wil het zelf proberen" });
    }

    [Fact]
    public async Task Offers_a_place_from_waiting()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<PhaseAnswer>(Park(id));
        await _desk.CallAsync<OfferResponse>(Offer(id));
        await _desk.CallAsync<PhaseAnswer>(new WithdrawOfferRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Toch niet" });
    }

    public static TheoryData<string, Action<ParkWaitingRequest>> WrongWaits => new()
    {
        { "reason", r => r.Reason = default },
        { "text", r => r.Text = "" },
        { "review_at", r => r.ReviewAt = null },
        { "review_at", r => r.ReviewAt = In(TimeSpan.FromMinutes(-1)) },
        { "no_bridging_because", r => r.Bridging = null },
        { "no_bridging_because", r => r.NoBridgingBecause = "ook dit" },
        { "bridging.kind", r => r.Bridging.Kind = default },
        { "bridging.provider_id", r => r.Bridging.ProviderId = "" },
        { "bridging.until", r => r.Bridging.Until = In(TimeSpan.FromDays(-1)) },
        { "bridging.review_at", r => r.Bridging.ReviewAt = null },
    };

    [Theory, MemberData(nameof(WrongWaits))]
    public async Task Names_what_is_wrong_with_a_wait(string field, Action<ParkWaitingRequest> spoil)
    {
        var request = Park("any");
        spoil(request);
        Assert.Equal([field], (await _desk.FailAsync(request)).Fields);
    }

    [Fact]
    public async Task Refuses_a_wait_without_an_end_in_sight_and_a_provider_that_nobody_knows()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var park = Park(id);
        park.ReviewAt = In(TimeSpan.FromDays(15));
        var late = await _desk.FailAsync(park);
        Assert.Equal("REVIEW_DATE_OUT_OF_RANGE", late.Reason);
        Assert.Contains("at_most", late.Metadata.Keys);
        park.Bridging.ProviderId = "nobody";
        Assert.Equal("UNKNOWN_PROVIDER", (await _desk.FailAsync(park)).Reason);
    }

    [Fact]
    public async Task Assesses_safety_again_and_keeps_the_other_childs_score()
    {
        var submit = Submit();
        submit.Children.Add(new Child { ChildToken = Fresh("kind"), AgeYears = 4 });
        var submitted = await _desk.CallAsync<SubmitResponse>(submit);
        await _desk.CallAsync<PhaseAnswer>(new StartTriageRequest { CommandId = Fresh(), RequestId = submitted.RequestId });
        await _desk.CallAsync<TriageResponse>(Triage(submitted));
        var again = new ReassessSafetyRequest
        {
            CommandId = Fresh(),
            RequestId = submitted.RequestId,
            Children = { new ChildSafety { SubjectId = submitted.SubjectIds[1], Safety = SafetyScore.VeryUnsafe, Assessor = "gedragswetenschapper", AssessedAt = In(TimeSpan.FromDays(-2)) } },
        };
        await _desk.CallAsync<CareAnswer>(again);
        var shown = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = submitted.RequestId });
        Assert.Equal([(SafetyScore.Unsafe, false), (SafetyScore.VeryUnsafe, true)], shown.Children.Select(child => (child.Safety, child.SafetyOld)));

        again.CommandId = Fresh();
        again.Children[0].SubjectId = "another-child";
        Assert.Equal("UNKNOWN_CHILD", (await _desk.FailAsync(again)).Reason);
        again.Children[0].Assessor = "";
        Assert.Equal(["children[0].assessor"], (await _desk.FailAsync(again)).Fields);
    }

    [Fact]
    public async Task The_expert_team_sees_and_acts_on_what_is_at_its_level_alone()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<PhaseAnswer>(Park(id));
        var get = new GetRequestRequest { RequestId = id };
        foreach (var level in new[] { 1, 2 })
        {
            Assert.Equal("OUT_OF_SCOPE", (await _experts.FailAsync(get)).Reason);
            await _desk.CallAsync<CareAnswer>(Escalate(id, level));
        }
        var shown = await _experts.CallAsync<GetRequestResponse>(get);
        Assert.Equal((10, SafetyScore.Unsafe), (shown.Children[0].AgeYears, shown.Children[0].Safety));
        Assert.Contains(shown.History, entry => entry is { Event: "DetailsRead", Role: "ExpertTeam" });

        await host.As(Role.ProcessDirector).CallAsync<CareAnswer>(new SetProcessDirectorRequest { CommandId = Fresh(), RequestId = id, Director = new() { Name = "Petra Procesregisseur" } });
        Assert.Equal("Petra Procesregisseur", (await _experts.CallAsync<GetRequestResponse>(get)).Care.ProcessDirector.Name);
        Assert.Null((await _referrer.CallAsync<GetRequestResponse>(get)).Care.ProcessDirector);
        Assert.Equal("ESCALATION_UNCHANGED", (await _experts.FailAsync(Escalate(id, 2))).Reason);
        Assert.Equal("ROLE_NOT_ALLOWED", (await _experts.FailAsync(new ResumeRequest { CommandId = Fresh(), RequestId = id })).Reason);

        await _experts.CallAsync<CareAnswer>(Escalate(id, 1));
        Assert.Equal("OUT_OF_SCOPE", (await _experts.FailAsync(get)).Reason);
        await _desk.CallAsync<CareAnswer>(new HandoverRequest { CommandId = Fresh(), RequestId = id, ToRole = Role.ExpertTeam, Note = "Graag meekijken" });
        Assert.Equal("ExpertTeam", (await _experts.CallAsync<GetRequestResponse>(get)).Request.Owner);
    }

    [Fact]
    public async Task Three_months_that_are_over_at_submission_are_with_the_expert_team_at_once()
    {
        var submit = Submit();
        submit.WaitingSince = In(TimeSpan.FromDays(-100));
        var submitted = await _desk.CallAsync<SubmitResponse>(submit);
        var id = submitted.RequestId;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await host.Store.WaitAsync(submitted.Position, patience.Token); // The clock's own event comes next.
        var shown = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
        Assert.True(shown.Care.Registered);
        Assert.NotNull(shown.Care.DirectorBy);
        Assert.DoesNotContain(shown.History, entry => entry.Event == "ThreeMonthsNear");
        Assert.Equal(id, (await _experts.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id })).Request.RequestId);
    }

    [Fact]
    public async Task Hands_over_to_a_role_a_person_or_the_caller()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var owner = (await GetAsync()).Request.Owner;
        await host.As(Role.DeskLead).CallAsync<CareAnswer>(new HandoverRequest { CommandId = Fresh(), RequestId = id, Note = "Ik neem het over" });
        Assert.NotEqual(owner, (await GetAsync()).Request.Owner);
        await _desk.CallAsync<CareAnswer>(new HandoverRequest { CommandId = Fresh(), RequestId = id, To = owner, Note = "Terug" });
        Assert.Equal(owner, (await GetAsync()).Request.Owner);

        var wrong = new HandoverRequest { CommandId = Fresh(), RequestId = id, ToRole = Role.Board, Note = "x" };
        Assert.Equal(["to_role"], (await _desk.FailAsync(wrong)).Fields);
        wrong.To = owner;
        Assert.Equal(["to"], (await _desk.FailAsync(wrong)).Fields);

        async Task<GetRequestResponse> GetAsync() => await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
    }

    [Fact]
    public async Task Tells_who_took_over_visits_and_transport()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var set = new SetVisitsAndTransportRequest { CommandId = Fresh(), RequestId = id };
        Assert.Equal(["text"], (await _desk.FailAsync(set)).Fields);
        set.ProviderId = "merwetij";
        await _desk.CallAsync<CareAnswer>(set);
        Assert.Equal("merwetij", (await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id })).Care.VisitsAndTransport);
    }

    [Fact]
    public async Task Lists_who_waits_the_least_safe_first_and_to_the_experts_their_own_alone()
    {
        var ids = new List<string>();
        foreach (var score in new[] { SafetyScore.Safe, SafetyScore.VeryUnsafe })
        {
            var submitted = await SearchingAsync(_referrer, _desk);
            ids.Add(submitted.RequestId);
            await _desk.CallAsync<PhaseAnswer>(Park(submitted.RequestId));
            await _desk.CallAsync<CareAnswer>(new ReassessSafetyRequest
            {
                CommandId = Fresh(),
                RequestId = submitted.RequestId,
                Children = { new ChildSafety { SubjectId = submitted.SubjectIds[0], Safety = score, Assessor = "gedragswetenschapper" } },
            });
        }
        var position = (await _desk.CallAsync<CareAnswer>(Escalate(ids[0], 2))).Position;
        var all = await _desk.CallAsync<ListWaitingResponse>(new ListWaitingRequest { AtLeastPosition = position });
        Assert.Equal([ids[1], ids[0]], all.Waiting.Select(row => row.Request.RequestId).Where(ids.Contains));
        Assert.Equal(all.Waiting.Count, all.Total);
        Assert.Single((await _desk.CallAsync<ListWaitingResponse>(new ListWaitingRequest { Limit = 1 })).Waiting);

        var theirs = (await _experts.CallAsync<ListWaitingResponse>(new ListWaitingRequest { AtLeastPosition = position })).Waiting.Select(row => row.Request.RequestId).ToList();
        Assert.Contains(ids[0], theirs);
        Assert.DoesNotContain(ids[1], theirs);
    }

    [Fact]
    public async Task Shows_the_desk_a_possible_duplicate_and_links_it()
    {
        var (token, other) = (Fresh("kind"), Fresh("kind"));
        var first = await _referrer.CallAsync<SubmitResponse>(Submit(token));
        await _desk.CallAsync<ListRequestsResponse>(new ListRequestsRequest { AtLeastPosition = first.Position });
        var second = await _desk.CallAsync<SubmitResponse>(Submit(other));
        Assert.Contains(second.PossibleDuplicates, d => (d.Child, d.RequestId, d.SubjectId) == (0, first.RequestId, first.SubjectIds[0]));
        Assert.Empty((await _referrer.CallAsync<SubmitResponse>(Submit())).PossibleDuplicates);

        var link = new LinkChildrenRequest { CommandId = Fresh(), SubjectId = second.SubjectIds[0], OtherSubjectId = first.SubjectIds[0] };
        Assert.Equal("BOTH_CHILDREN_LIVE", (await _desk.FailAsync(link)).Reason);
        await _desk.CallAsync<PhaseAnswer>(new CancelRequest { CommandId = Fresh(), RequestId = second.RequestId, Reason = CancelReason.WrongRequest });
        var linked = await _desk.CallAsync<CareAnswer>(link);
        Assert.Equal(linked, await _desk.CallAsync<CareAnswer>(link));

        // Both tokens are one child now: it has a live request, and cannot be two children of one request.
        Assert.Equal("LIVE_REQUEST_EXISTS", (await _desk.FailAsync(Submit(other))).Reason);
        await _desk.CallAsync<PhaseAnswer>(new CancelRequest { CommandId = Fresh(), RequestId = first.RequestId, Reason = CancelReason.WrongRequest });
        var twice = Submit(token);
        twice.Children.Add(new Child { ChildToken = other, AgeYears = 10 });
        Assert.Equal(["children"], (await _desk.FailAsync(twice)).Fields);
        Assert.Equal(first.SubjectIds, (await _desk.CallAsync<SubmitResponse>(Submit(other))).SubjectIds);

        link.CommandId = Fresh();
        Assert.Equal("CHILD_LINKED", (await _desk.FailAsync(link)).Reason);
        link.SubjectId = "nobody";
        Assert.Equal("UNKNOWN_CHILD", (await _desk.FailAsync(link)).Reason);
        link.OtherSubjectId = "nobody";
        Assert.Equal(["other_subject_id"], (await _desk.FailAsync(link)).Fields);
    }

    private static EscalateRequest Escalate(string id, int level) => new() { CommandId = Fresh(), RequestId = id, Level = level, Reason = "Geen plek te vinden" };

    private static ParkWaitingRequest Park(string id) => new()
    {
        CommandId = Fresh(),
        RequestId = id,
        Reason = WaitReason.Deliberate,
        Text = "Na de toets past een gezinshuis beter",
        ReviewAt = In(TimeSpan.FromDays(7)),
        Bridging = new() { Kind = BridgingKind.Respite, ProviderId = "merwetij", ReviewAt = In(TimeSpan.FromDays(5)) },
    };
}
