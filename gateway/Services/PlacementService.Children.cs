using Gateway.Access;
using Gateway.Rpc;
using Grains.Children;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Services;

// Children who may be one child.
public sealed partial class PlacementService
{
    // Of one municipality in a week; more than any has, and some milliseconds of opening.
    private const int CandidatesMax = 100;
    private static readonly TimeSpan DuplicateWithin = TimeSpan.FromDays(7);

    private async ValueTask<CareAnswer> LinkChildrenAsync(LinkChildrenRequest request, Permit permit)
    {
        var (first, second) = (Check.Id(request.SubjectId, "subject_id"), Check.Id(request.OtherSubjectId, "other_subject_id"));
        if (first == second) throw RpcException.Invalid("other_subject_id", "must be another child than subject_id");
        var writing = await asking.BeginAsync(request, permit);
        foreach (var subject in new[] { first, second })
            if ((await SeenAsync(subject)).Head == Head.None) return Noted(await writing.RefuseAsync(new Refusal(Reason.UnknownChild).ToRpcException()));
        return Noted(await writing.AskAsync(async () =>
            ChildSteps.Link(writing.Command, await writing.OriginAsync(), (first, await SeenAsync(first)), (second, await SeenAsync(second)))));

        ValueTask<Seen<ChildState>> SeenAsync(string subject) => grains.ReadAsync<ChildState>(StreamId.Child(subject), permit.Cancel);
    }

    /// <summary>Who is kept apart may have been linked to another subject since.</summary>
    private async ValueTask<Seen<PlacementState>> LinkedAsync(Seen<PlacementState> seen, CancellationToken cancel) =>
        seen with { State = seen.State with { KeepApartFrom = await links.FollowAsync(seen.State.KeepApartFrom, cancel) } };

    /// <summary>Other requests of the last days from the same municipality with a child of the same age. Their ages are opened, and not shown.</summary>
    private async ValueTask AddDuplicatesAsync(SubmitResponse answer, SubmitRequest request, DateTimeOffset submittedAt, CancellationToken cancel)
    {
        var candidates = views.Board.Current.ById.Values
            .Where(row => row.RequestId != answer.RequestId && row.Responsible == request.Referral.Responsible && row.SubmittedAt <= submittedAt && row.SubmittedAt >= submittedAt - DuplicateWithin)
            .OrderByDescending(row => row.SubmittedAt).ThenBy(row => row.RequestId, StringComparer.Ordinal).Take(CandidatesMax);
        foreach (var row in candidates)
        {
            var state = (await grains.ReadAsync<PlacementState>(StreamId.Placement(row.RequestId), cancel)).State;
            if (await sealedFacts.FactsAsync(state, cancel) is not { } facts) continue;
            for (var i = 0; i < request.Children.Count; i++)
                answer.PossibleDuplicates.AddRange(facts.Children
                    .Where(child => child.AgeYears == request.Children[i].AgeYears && !answer.SubjectIds.Contains(child.SubjectId))
                    .Select(child => new PossibleDuplicate { Child = i, RequestId = row.RequestId, SubjectId = child.SubjectId }));
        }
    }
}
