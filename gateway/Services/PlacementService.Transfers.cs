using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Grains.Regions;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

// Another place for children who have one, and how long they stay.
public sealed partial class PlacementService
{
    private async ValueTask<SubmitResponse> RequestTransferAsync(RequestTransferRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        Fields.Count(request.SubjectIds, 0, Submission.ChildrenMax, "subject_ids");
        foreach (var subject in request.SubjectIds) Check.Id(subject, "subject_ids");
        Fields.Distinct(request.SubjectIds, "subject_ids");
        var reason = Fields.RequiredText(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(reason))!.Value;
        var to = Derived(writing.Command.Key, "request");
        var region = (await grains.ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), permit.Cancel)).State.Profile;
        return Submitted(to, await writing.AskAsync(
            async () =>
            {
                var steps = new PlacementSteps(id, await grains.ReadAsync<PlacementState>(StreamId.Placement(id), permit.Cancel), writing.Command, await writing.OriginAsync());
                if (await KnownAsync(steps.Seen.State, writing, permit.Cancel) is not var (facts, infection)) return AnsweredBefore(steps);
                return steps.RequestTransfer(to, await OrderAsync(id, to, [.. request.SubjectIds], steps.Seen.State, facts, infection, permit), kept);
            },
            refusal => WithDeskPhone(refusal, region)));
    }

    /// <summary>The old request once more, for those of its children who are to move: sealed anew, for it will outlive the old one's keys.</summary>
    private async ValueTask<PlacementCommand.Submit> OrderAsync(
        string from, string to, ImmutableArray<string> asked, PlacementState state, RequestFacts? facts, InfectionFacts infection, Permit permit)
    {
        var subjects = asked.IsEmpty ? [.. state.Subjects.Where(state.Stays.ContainsKey)] : asked;
        var moving = facts ?? new([], 0, null, null, null, new(Own.LegalBasis.Voluntary, Own.LegalBasisStatus.Written)); // Without facts there is no request, which refuses.
        moving = moving with { Children = [.. moving.Children.Where(child => subjects.Contains(child.SubjectId))], TenableUntil = null };
        return new(
            subjects, await sealedFacts.SealAsync(to, moving, permit.Cancel),
            await sealedFacts.SealAsync(to, infection with { BySubject = infection.BySubject.RemoveRange(infection.BySubject.Keys.Except(subjects)) }, permit.Cancel),
            state.Referral ?? new(default, "", "", null, null, "", null), CrisisAsked: false, null,
            [.. state.ExcludedAt(permit.Now), .. state.Live is { } live ? [$"{live.FacilityId}/{live.UnitId}"] : Array.Empty<string>()], [.. state.KeepApartFrom],
            CareFacts.Of(moving), TransferOf: from);
    }

    private async ValueTask<PhaseAnswer> ExtendAsync(ExtendRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var subject = Check.Id(request.SubjectId, "subject_id");
        var plan = Fields.RequiredText(request.OutflowPlan, "outflow_plan");
        var writing = await asking.BeginAsync(request, permit);
        var end = Fields.After(Check.Given(request.PlannedEnd, "planned_end"), writing.At, StayMax, "planned_end")!.Value;
        var kept = (await writing.KeepAsync(plan))!.Value;
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.Extend(subject, end, kept)));
    }
}
