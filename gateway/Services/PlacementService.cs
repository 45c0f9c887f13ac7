using System.Collections.Immutable;
using System.Text;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Grains.Regions;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

/// <summary>Answers <c>plek.v1.PlacementService</c>: a request's road from Submit to its end.</summary>
public sealed partial class PlacementService(IGrains grains, IVault vault, Asking asking, SealedFacts sealedFacts, RequestReader reader, RequestFinder finder,
    WaitingReader waiting, ViewReads views, ChildLinks links)
{
    private const int AlternativesCount = 5;
    private const int ExcludedUnitsMax = 50;
    private const int KeepApartMax = 10;

    private static Google.Protobuf.Reflection.ServiceDescriptor Service => PlacementReflection.Descriptor.Services[0];

    public void Map(Gate gate) => gate
        .Unary<SubmitRequest, SubmitResponse>(Service.FindMethodByName("Submit"), SubmitAsync)
        .Unary<StartTriageRequest, PhaseAnswer>(Service.FindMethodByName("StartTriage"), StartTriageAsync)
        .Unary<TriageRequest, TriageResponse>(Service.FindMethodByName("Triage"), TriageAsync)
        .Unary<ChangeDistanceRequest, CareAnswer>(Service.FindMethodByName("ChangeDistance"), ChangeDistanceAsync)
        .Unary<RejectAsNoCrisisRequest, PhaseAnswer>(Service.FindMethodByName("RejectAsNoCrisis"), RejectAsNoCrisisAsync)
        .Unary<OfferRequest, OfferResponse>(Service.FindMethodByName("Offer"), OfferAsync)
        .Unary<EnquireRequest, EnquireResponse>(Service.FindMethodByName("Enquire"), EnquireAsync)
        .Unary<AnswerEnquiryRequest, AnswerEnquiryResponse>(Service.FindMethodByName("AnswerEnquiry"), AnswerEnquiryAsync)
        .Unary<ExtendHoldRequest, PhaseAnswer>(Service.FindMethodByName("ExtendHold"), ExtendHoldAsync)
        .Unary<KeepHoldRequest, PhaseAnswer>(Service.FindMethodByName("KeepHold"), KeepHoldAsync)
        .Unary<ConsentRequest, PhaseAnswer>(Service.FindMethodByName("Consent"), ConsentAsync)
        .Unary<RefuseRequest, PhaseAnswer>(Service.FindMethodByName("Refuse"), RefuseAsync)
        .Unary<WithdrawOfferRequest, PhaseAnswer>(Service.FindMethodByName("WithdrawOffer"), WithdrawOfferAsync)
        .Unary<DepartRequest, PhaseAnswer>(Service.FindMethodByName("Depart"), DepartAsync)
        .Unary<AdmitRequest, AdmitResponse>(Service.FindMethodByName("Admit"), AdmitAsync)
        .Unary<ArrivalFailedRequest, PhaseAnswer>(Service.FindMethodByName("ArrivalFailed"), ArrivalFailedAsync)
        .Unary<ExtendRequest, PhaseAnswer>(Service.FindMethodByName("Extend"), ExtendAsync)
        .Unary<RequestTransferRequest, SubmitResponse>(Service.FindMethodByName("RequestTransfer"), RequestTransferAsync)
        .Unary<EndStayRequest, PhaseAnswer>(Service.FindMethodByName("EndStay"), EndStayAsync)
        .Unary<CancelRequest, PhaseAnswer>(Service.FindMethodByName("Cancel"), CancelAsync)
        .Unary<ParkWaitingRequest, PhaseAnswer>(Service.FindMethodByName("ParkWaiting"), ParkWaitingAsync)
        .Unary<ResumeRequest, PhaseAnswer>(Service.FindMethodByName("Resume"), ResumeAsync)
        .Unary<SetBridgingRequest, CareAnswer>(Service.FindMethodByName("SetBridging"), SetBridgingAsync)
        .Unary<ReassessSafetyRequest, CareAnswer>(Service.FindMethodByName("ReassessSafety"), ReassessSafetyAsync)
        .Unary<EscalateRequest, CareAnswer>(Service.FindMethodByName("Escalate"), EscalateAsync)
        .Unary<HandoverRequest, CareAnswer>(Service.FindMethodByName("Handover"), HandoverAsync)
        .Unary<SetProcessDirectorRequest, CareAnswer>(Service.FindMethodByName("SetProcessDirector"), SetProcessDirectorAsync)
        .Unary<SetVisitsAndTransportRequest, CareAnswer>(Service.FindMethodByName("SetVisitsAndTransport"), SetVisitsAndTransportAsync)
        .Unary<LinkChildrenRequest, CareAnswer>(Service.FindMethodByName("LinkChildren"), LinkChildrenAsync)
        .Unary<ListWaitingRequest, ListWaitingResponse>(Service.FindMethodByName("ListWaiting"), waiting.ListAsync)
        .Unary<GetRequestRequest, GetRequestResponse>(Service.FindMethodByName("GetRequest"), reader.GetAsync)
        .Unary<FindPlacesRequest, FindPlacesResponse>(Service.FindMethodByName("FindPlaces"), finder.FindPlacesAsync)
        .Unary<ListRequestsRequest, ListRequestsResponse>(Service.FindMethodByName("ListRequests"), finder.ListAsync)
        .ServerStream<WatchRequestsRequest, WatchRequestsResponse>(Service.FindMethodByName("WatchRequests"), finder.Watch);

    private async ValueTask<SubmitResponse> SubmitAsync(SubmitRequest request, Permit permit)
    {
        Submission.CheckChildren(request, freshTokens: permit.IsDesk);
        Fields.Count(request.ExcludedUnits, 0, ExcludedUnitsMax, "excluded_units");
        foreach (var unit in request.ExcludedUnits) Fields.ChosenId(unit, "excluded_units");
        Fields.Count(request.KeepApartFrom, 0, KeepApartMax, "keep_apart_from");
        foreach (var token in request.KeepApartFrom) Fields.ChildToken(token, 1, "keep_apart_from");
        var writing = await asking.BeginAsync(request, permit);
        var waitingSince = Fields.Past(request.WaitingSince, writing.At, "waiting_since");
        var referral = CheckReferral(Check.Given(request.Referral, "referral"));
        Submission.Facts(request, Unnamed(request), writing.At); // What is wrong is said before anything is kept.
        Submission.Infection(request, Unnamed(request), writing.At);

        var id = Derived(writing.Command.Key, "request");
        var region = (await grains.ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), permit.Cancel)).State.Profile;
        if (!Knows(region, referral.Responsible) || (referral.Origin is { } origin && !Knows(region, origin)))
            return Submitted(id, await writing.RefuseAsync(new Refusal(Reason.UnknownMunicipality).ToRpcException()));

        var subjects = await SubjectsAsync(request, writing.Command.Key, permit.Cancel);
        var order = new PlacementCommand.Submit(
            subjects,
            await sealedFacts.SealAsync(id, Submission.Facts(request, subjects, writing.At), permit.Cancel),
            await sealedFacts.SealAsync(id, Submission.Infection(request, subjects, writing.At), permit.Cancel),
            new(referral.Kind, referral.Organisation, permit.Caller.Id, await writing.KeepAsync(referral.Contact),
                await writing.KeepAsync(referral.CaseLead), referral.Responsible, referral.Origin),
            request.CrisisAsked, waitingSince, [.. request.ExcludedUnits], await KeepApartAsync(request, permit.Cancel),
            CareFacts.Of(Submission.Facts(request, subjects, writing.At)));
        var step = PlacementSteps.Submit(id, order, writing.Command, await writing.OriginAsync());
        var accepted = await writing.AskAsync(() => new(step), refusal => WithDeskPhone(refusal, region));
        var answer = Submitted(id, accepted);
        if (permit.IsDesk) await AddDuplicatesAsync(answer, request, accepted.Facts[0].RecordedAt, permit.Cancel);
        return answer;
    }

    private async ValueTask<PhaseAnswer> StartTriageAsync(StartTriageRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var writing = await asking.BeginAsync(request, permit);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.StartTriage()));
    }

    private async ValueTask<TriageResponse> TriageAsync(TriageRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var crisis = Fields.Word<Plek.V1.CrisisGrade, Own.CrisisGrade>(request.Crisis, "crisis");
        var urgency = Fields.OptionalWord<Plek.V1.Urgency, Own.Urgency>(request.Urgency, "urgency");
        var reason = Fields.Text(request.OverrideReason, "override_reason");
        CheckAlternatives(request);
        Fields.Distinct(request.Children.Select(child => child.SubjectId), "children");
        var writing = await asking.BeginAsync(request, permit);
        var tenableUntil = Submission.TenableUntil(request.TenableUntil, writing.At);
        var basis = request.LegalBasis is { } given ? Submission.Basis(given) : null;
        var children = request.Children.Select((child, i) => ChildTriaged.Of(child, writing.At, $"children[{i}]")).ToImmutableArray();

        var state = (await grains.ReadAsync<PlacementState>(StreamId.Placement(id), permit.Cancel)).State;
        if (state.Phase == Own.PlacementPhase.None) throw new Refusal(Reason.UnknownRequest).ToRpcException();
        if (children.Any(child => !state.Subjects.Contains(child.SubjectId)))
            return Triaged(await writing.RefuseAsync(new Refusal(Reason.UnknownChild).ToRpcException()));
        if (children.Length != state.Subjects.Length) throw RpcException.Invalid("children", "must name each child of the request");
        if (await sealedFacts.FactsAsync(state, permit.Cancel) is null) return Triaged(await writing.RefuseAsync(SealedFacts.Erased()));

        var (kept, alternatives) = (await writing.KeepAsync(reason), await AlternativesAsync(request, writing));
        return Triaged(await AskAsync(writing, id, permit, async steps =>
        {
            var infection = Merge(await sealedFacts.InfectionAsync(steps.Seen.State, permit.Cancel), children.Select(c => (c.SubjectId, c.Infection)));
            return await WithFactsAsync(steps, writing, known => known with
            {
                Children = [.. known.Children.Select(child => child with { Safety = children.Single(c => c.SubjectId == child.SubjectId).Safety })],
                TenableUntil = tenableUntil ?? known.TenableUntil,
                Basis = basis ?? known.Basis,
            }, async (facts, isSealed) => steps.Triage(new(
                isSealed, await sealedFacts.SealAsync(id, infection, permit.Cancel), facts.TenableUntil, children.Max(child => child.Safety.Score), urgency, kept, crisis,
                alternatives, CareFacts.Of(facts), request.NoFittingPlace)), permit.Cancel);
        }));
    }

    private async ValueTask<CareAnswer> ChangeDistanceAsync(ChangeDistanceRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var km = Fields.Number(request.HasMaxDistanceKm, request.MaxDistanceKm, 0, Submission.DistanceMaxKm, "max_distance_km");
        var writing = await asking.BeginAsync(request, permit);
        return Noted(await AskAsync(writing, id, permit, steps => WithFactsAsync(
            steps, writing, known => known with { MaxDistanceKm = km == 0 ? null : km }, (_, isSealed) => new(steps.ChangeDistance(isSealed)), permit.Cancel)));
    }

    /// <summary>Plans a step with other facts than those it read, sealed again.</summary>
    private async ValueTask<Step> WithFactsAsync(
        PlacementSteps steps, Writing writing, Func<RequestFacts, RequestFacts> change, Func<RequestFacts, Sealed, ValueTask<Step>> plan, CancellationToken cancel)
    {
        if (steps.Seen.State.Phase == Own.PlacementPhase.None) throw new Refusal(Reason.UnknownRequest).ToRpcException();
        if (await sealedFacts.FactsAsync(steps.Seen.State, cancel) is not { } known)
        {
            await writing.RefuseAsync(SealedFacts.Erased());
            return AnsweredBefore(steps);
        }
        var facts = change(known);
        return await plan(facts, await sealedFacts.SealAsync(steps.RequestId, facts, cancel));
    }

    private async ValueTask<PhaseAnswer> RejectAsNoCrisisAsync(RejectAsNoCrisisRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var reason = Fields.Word<Plek.V1.RejectReason, Own.RejectReason>(request.Reason, "reason");
        var text = reason == Own.RejectReason.Other ? Fields.RequiredText(request.RedirectedTo, "redirected_to") : Fields.Text(request.RedirectedTo, "redirected_to");
        var writing = await asking.BeginAsync(request, permit);
        var kept = await writing.KeepAsync(text);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.RejectAsNoCrisis(reason, kept)));
    }

    private async ValueTask<PhaseAnswer> CancelAsync(CancelRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var reason = Fields.Word<Plek.V1.CancelReason, Own.CancelReason>(request.Reason, "reason");
        var text = reason == Own.CancelReason.Other ? Fields.RequiredText(request.Text, "text") : Fields.Text(request.Text, "text");
        var writing = await asking.BeginAsync(request, permit);
        var kept = await writing.KeepAsync(text);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.Cancel(reason, kept)));
    }

    private ValueTask<Answer.Accepted> AskAsync(Writing writing, string requestId, Permit permit, Func<PlacementSteps, Step> plan) =>
        AskAsync(writing, requestId, permit, steps => new ValueTask<Step>(plan(steps)));

    private ValueTask<Answer.Accepted> AskAsync(Writing writing, string requestId, Permit permit, Func<PlacementSteps, ValueTask<Step>> plan) =>
        writing.AskAsync(async () => await plan(new(
            requestId, await grains.ReadAsync<PlacementState>(StreamId.Placement(requestId), permit.Cancel), writing.Command, await writing.OriginAsync())));

    private static (Own.ReferrerKind Kind, string Organisation, Grains.Kernel.Person? Contact, Grains.Kernel.Person? CaseLead, string Responsible, string? Origin)
        CheckReferral(Plek.V1.Referral referral) => (
            Fields.Word<Plek.V1.ReferrerKind, Own.ReferrerKind>(referral.Kind, "referral.kind"),
            Fields.RequiredText(referral.Organisation, "referral.organisation", max: 200),
            Fields.Person(referral.Contact, "referral.contact"), Fields.Person(referral.CaseLead, "referral.case_lead"),
            Fields.Municipality(referral.Responsible, "referral.responsible"),
            referral.Origin.Length == 0 ? null : Fields.Municipality(referral.Origin, "referral.origin"));

    private static void CheckAlternatives(TriageRequest request)
    {
        Fields.Count(request.Alternatives, AlternativesCount, AlternativesCount, "alternatives");
        Fields.Distinct(request.Alternatives.Select(a => $"{a.Alternative}"), "alternatives");
        for (var i = 0; i < request.Alternatives.Count; i++)
        {
            var (given, at) = (request.Alternatives[i], $"alternatives[{i}]");
            Check.OneOf(given.Alternative, $"{at}.alternative");
            if (given.Possible) Fields.Text(given.Why, $"{at}.why");
            else Fields.RequiredText(given.Why, $"{at}.why");
        }
    }

    private static async ValueTask<ImmutableArray<Own.AlternativeConsidered>> AlternativesAsync(TriageRequest request, Writing writing)
    {
        var considered = ImmutableArray.CreateBuilder<Own.AlternativeConsidered>();
        foreach (var given in request.Alternatives)
            considered.Add(new(
                Fields.Word<Plek.V1.Alternative, Own.Alternative>(given.Alternative, "alternatives"), given.Possible,
                await writing.KeepAsync(Fields.Text(given.Why, "alternatives"))));
        return considered.DrainToImmutable();
    }

    private async ValueTask<ImmutableArray<string>> SubjectsAsync(SubmitRequest request, CommandKey key, CancellationToken cancel)
    {
        var subjects = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < request.Children.Count; i++)
        {
            var token = request.Children[i].ChildToken;
            subjects.Add(await links.SubjectForAsync(token.Length > 0 ? token : Derived(key, $"child {i}"), cancel));
        }
        Fields.Distinct(subjects, "children"); // Two tokens of one child, which were linked.
        return subjects.DrainToImmutable();
    }

    private async ValueTask<ImmutableArray<string>> KeepApartAsync(SubmitRequest request, CancellationToken cancel)
    {
        var subjects = ImmutableArray.CreateBuilder<string>();
        foreach (var token in request.KeepApartFrom) subjects.Add(await links.SubjectForAsync(token, cancel));
        return subjects.DrainToImmutable();
    }

    /// <summary>A fresh id that a retry of the same command makes again, and nobody can guess.</summary>
    private string Derived(CommandKey key, string what) => Base32.Name(vault.KeyedHash(what, Encoding.UTF8.GetBytes($"{key}")));

    private static InfectionFacts Merge(InfectionFacts known, IEnumerable<(string Subject, InfectionFact? Told)> told) => known with
    {
        BySubject = known.BySubject.SetItems(told.Where(t => t.Told is not null).Select(t => KeyValuePair.Create(t.Subject, t.Told!))),
    };

    private static ImmutableArray<string> Unnamed(SubmitRequest request) => [.. request.Children.Select((_, i) => $"{i}")];

    private static bool Knows(RegionProfile? region, string municipality) => region?.Municipalities.Any(m => m.Code == municipality) ?? false;

    private static Refusal WithDeskPhone(Refusal refusal, RegionProfile? region) =>
        refusal.Reason == Reason.LiveRequestExists ? refusal with { Details = [("desk_phone", region?.DeskPhone ?? "")] } : refusal;

    private static SubmitResponse Submitted(string id, Answer.Accepted accepted)
    {
        var submitted = accepted.Find<PlacementEvent.Submitted>()!;
        return new()
        {
            RequestId = id,
            SubjectIds = { submitted.Subjects },
            Phase = Plek.V1.PlacementPhase.Received,
            Deadline = submitted.Deadline.At.ToWire(),
            Position = accepted.Position,
        };
    }

    private static TriageResponse Triaged(Answer.Accepted accepted)
    {
        var triaged = accepted.Find<PlacementEvent.Triaged>()!;
        return new()
        {
            Phase = Plek.V1.PlacementPhase.Searching,
            Urgency = Words<Plek.V1.Urgency, Own.Urgency>.ToWire(triaged.Urgency),
            Derived = Words<Plek.V1.Urgency, Own.Urgency>.ToWire(triaged.Derived),
            Deadline = triaged.Deadline.At.ToWire(),
            Position = accepted.Position,
        };
    }
}

/// <summary>What triage found out about one child.</summary>
/// <param name="Infection">Null: as known.</param>
internal sealed record ChildTriaged(string SubjectId, SafetyFact Safety, InfectionFact? Infection)
{
    public static ChildTriaged Of(ChildTriage child, DateTimeOffset at, string field) => new(
        Check.Id(child.SubjectId, $"{field}.subject_id"),
        new(Fields.Word<Plek.V1.SafetyScore, Own.SafetyScore>(child.Safety, $"{field}.safety"),
            Fields.RequiredText(child.Assessor, $"{field}.assessor", max: 100), Fields.Past(child.AssessedAt, at, $"{field}.assessed_at") ?? at),
        Submission.Infection(child.Infection, child.InfectionAsOf, at, $"{field}.infection"));
}
