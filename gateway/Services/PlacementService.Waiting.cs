using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Grains.Providers;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

// Waiting for a place, and care for the children meanwhile.
public sealed partial class PlacementService
{
    private const int ChildrenMax = 4;
    private static readonly TimeSpan PlanMax = TimeSpan.FromDays(366);
    private static readonly Role[] Owners = [Role.CrisisDesk, Role.DeskLead, Role.ExpertTeam, Role.ProcessDirector];

    private async ValueTask<PhaseAnswer> ParkWaitingAsync(ParkWaitingRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var reason = Fields.Word<Plek.V1.WaitReason, Own.WaitReason>(request.Reason, "reason");
        var text = reason == Own.WaitReason.Deliberate ? Fields.RequiredText(request.Text, "text") : Fields.Text(request.Text, "text");
        CheckPlan(request.Bridging, request.NoBridgingBecause);
        var writing = await asking.BeginAsync(request, permit);
        var reviewAt = Fields.After(Check.Given(request.ReviewAt, "review_at"), writing.At, PlanMax, "review_at")!.Value;
        var plan = Plan(request.Bridging, writing.At);
        if (!await IsKnownAsync(plan?.ProviderId, permit.Cancel)) return Show.Phase(await writing.RefuseAsync(UnknownProvider()));

        var kept = await writing.KeepAsync(text);
        var noneBecause = await writing.KeepAsync(Fields.Text(request.NoBridgingBecause, "no_bridging_because"));
        return Show.Phase(await AskAsync(writing, id, permit, async steps =>
        {
            var facts = await sealedFacts.FactsAsync(steps.Seen.State, permit.Cancel);
            return steps.ParkWaiting(new(reason, kept, reviewAt, plan, noneBecause, facts is null ? null : CareFacts.Of(facts).Protected));
        }));
    }

    private async ValueTask<PhaseAnswer> ResumeAsync(ResumeRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var reason = Fields.Text(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var kept = await writing.KeepAsync(reason);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.Resume(kept)));
    }

    private async ValueTask<CareAnswer> SetBridgingAsync(SetBridgingRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        CheckPlan(request.Bridging, request.NoBridgingBecause);
        var writing = await asking.BeginAsync(request, permit);
        var plan = Plan(request.Bridging, writing.At);
        if (!await IsKnownAsync(plan?.ProviderId, permit.Cancel)) return Noted(await writing.RefuseAsync(UnknownProvider()));

        var noneBecause = await writing.KeepAsync(Fields.Text(request.NoBridgingBecause, "no_bridging_because"));
        return Noted(await AskAsync(writing, id, permit, steps => steps.SetBridging(plan, noneBecause)));
    }

    private async ValueTask<CareAnswer> ReassessSafetyAsync(ReassessSafetyRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        Fields.Count(request.Children, 1, ChildrenMax, "children");
        Fields.Distinct(request.Children.Select(child => child.SubjectId), "children");
        var writing = await asking.BeginAsync(request, permit);
        var told = request.Children.Select((child, i) => Assessed(child, writing.At, $"children[{i}]")).ToImmutableArray();
        return Noted(await AskAsync(writing, id, permit, async steps =>
        {
            var state = steps.Seen.State;
            if (state.Phase == Own.PlacementPhase.None) throw new Refusal(Reason.UnknownRequest).ToRpcException();
            if (told.Any(child => !state.Subjects.Contains(child.Subject))) await writing.RefuseAsync(new Refusal(Reason.UnknownChild).ToRpcException());
            return await WithFactsAsync(steps, writing, known => known with
            {
                Children = [.. known.Children.Select(child => told.FirstOrDefault(t => t.Subject == child.SubjectId).Safety is { } safety ? child with { Safety = safety } : child)],
            }, (facts, isSealed) => new(steps.ReassessSafety(new(isSealed, CareFacts.Of(facts)))), permit.Cancel);
        }));
    }

    private async ValueTask<CareAnswer> EscalateAsync(EscalateRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var level = Fields.Number(request.HasLevel, request.Level, 0, Own.Care.EscalationMax, "level");
        var reason = Fields.RequiredText(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(reason))!.Value;
        return Noted(await AskAsync(writing, id, permit, steps => steps.Escalate(level, kept)));
    }

    private async ValueTask<CareAnswer> HandoverAsync(HandoverRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var owner = NewOwner(request, permit);
        var note = Fields.RequiredText(request.Note, "note");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(note))!.Value;
        return Noted(await AskAsync(writing, id, permit, steps => steps.Handover(owner, kept)));
    }

    private async ValueTask<CareAnswer> SetProcessDirectorAsync(SetProcessDirectorRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var director = Fields.RequiredPerson(request.Director, "director");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(director))!.Value;
        return Noted(await AskAsync(writing, id, permit, steps => steps.SetProcessDirector(kept)));
    }

    private async ValueTask<CareAnswer> SetVisitsAndTransportAsync(SetVisitsAndTransportRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var provider = request.ProviderId.Length == 0 ? null : Check.Id(request.ProviderId, "provider_id");
        var text = provider is null ? Fields.RequiredText(request.Text, "text") : Fields.Text(request.Text, "text");
        var writing = await asking.BeginAsync(request, permit);
        if (!await IsKnownAsync(provider, permit.Cancel)) return Noted(await writing.RefuseAsync(UnknownProvider()));
        var kept = await writing.KeepAsync(text);
        return Noted(await AskAsync(writing, id, permit, steps => steps.SetVisitsAndTransport(provider, kept)));
    }

    private async ValueTask<bool> IsKnownAsync(string? provider, CancellationToken cancel) =>
        provider is null || (await grains.ReadAsync<ProviderState>(StreamId.Provider(provider), cancel)).State.Profile is not null;

    private static RpcException UnknownProvider() => new Refusal(Reason.UnknownProvider).ToRpcException();

    private static CareAnswer Noted(Answer.Accepted accepted) => new() { Position = accepted.Position };

    private static (string Subject, SafetyFact Safety) Assessed(ChildSafety child, DateTimeOffset at, string field) => (
        Check.Id(child.SubjectId, $"{field}.subject_id"),
        new(Fields.Word<Plek.V1.SafetyScore, Own.SafetyScore>(child.Safety, $"{field}.safety"),
            Fields.RequiredText(child.Assessor, $"{field}.assessor", max: 100), Fields.Past(child.AssessedAt, at, $"{field}.assessed_at") ?? at));

    private static string NewOwner(HandoverRequest request, Permit permit)
    {
        if (request.ToRole != Role.Unspecified && request.To.Length > 0) throw RpcException.Invalid("to", "is given beside to_role; one of them only");
        if (request.To.Length > 0) return Check.Id(request.To, "to");
        if (request.ToRole == Role.Unspecified) return permit.Caller.Id;
        return Owners.Contains(request.ToRole) ? $"{request.ToRole}" : throw RpcException.Invalid("to_role", $"must be one of {string.Join(", ", Owners)}");
    }

    private static void CheckPlan(Plek.V1.Bridging? plan, string noneBecause)
    {
        if (plan is null) Fields.RequiredText(noneBecause, "no_bridging_because");
        else if (noneBecause.Length > 0) throw RpcException.Invalid("no_bridging_because", "is given beside bridging; one of them only");
    }

    private static Own.Bridging? Plan(Plek.V1.Bridging? plan, DateTimeOffset at)
    {
        if (plan is null) return null;
        var kind = Fields.Word<Plek.V1.BridgingKind, Own.BridgingKind>(plan.Kind, "bridging.kind");
        var unnamed = plan.ProviderId.Length == 0 && kind is Own.BridgingKind.Network or Own.BridgingKind.StrengthenCurrentPlace or Own.BridgingKind.Other;
        var from = Fields.After(plan.From, at - PlanMax, 2 * PlanMax, "bridging.from") ?? at;
        return new(
            kind, unnamed ? null : Check.Id(plan.ProviderId, "bridging.provider_id"), from, Fields.After(plan.Until, from, PlanMax, "bridging.until"),
            Fields.After(Check.Given(plan.ReviewAt, "bridging.review_at"), at, PlanMax, "bridging.review_at")!.Value);
    }
}
