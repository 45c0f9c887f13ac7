using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

// An attempt at one place: offered, answered, given up, and a child's stay there.
public sealed partial class PlacementService
{
    private const int RecommendedMax = 3;
    private static readonly TimeSpan StayMax = TimeSpan.FromDays(3_653);

    private async ValueTask<OfferResponse> OfferAsync(OfferRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var facility = Check.Id(request.FacilityId, "facility_id");
        var unit = Check.Id(request.UnitId, "unit_id");
        Fields.Count(request.RecommendedUnits, 0, RecommendedMax, "recommended_units");
        foreach (var recommended in request.RecommendedUnits) Fields.ChosenId(recommended, "recommended_units");
        var other = request.RecommendedUnits.Count > 0 && request.RecommendedUnits[0] != unit
            ? Fields.RequiredText(request.OtherThanFirst, "other_than_first") : Fields.Text(request.OtherThanFirst, "other_than_first");
        var exception = CheckException(request.Exception);
        var with = request.Consultation is { } asked ? Fields.RequiredPerson(asked.With, "consultation.with") : null;
        var writing = await asking.BeginAsync(request, permit);
        var consultedAt = Fields.Past(request.Consultation?.At, writing.At, "consultation.at") ?? writing.At;

        var wanted = new OfferAsked(
            facility, unit, [.. request.RecommendedUnits], await writing.KeepAsync(other), request.AcceptStale,
            await writing.KeepAsync(with) is { } consulted ? new(consulted, consultedAt) : null,
            exception is { } e ? new(e.Wire.NotForCrisis, e.Wire.Age, e.Wire.Gender, new(permit.Caller.Id), (await writing.KeepAsync(e.ConsentedBy))!.Value, (await writing.KeepAsync(e.Reason))!.Value) : null);
        var accepted = await writing.AskAsync(async () =>
        {
            var seen = await grains.ReadAsync<PlacementState>(StreamId.Placement(id), permit.Cancel);
            var steps = new PlacementSteps(id, await LinkedAsync(seen, permit.Cancel), writing.Command, await writing.OriginAsync());
            return await KnownAsync(seen.State, writing, permit.Cancel) is var (facts, infection) ? steps.Offer(wanted, facts, infection, permit.Now) : AnsweredBefore(steps);
        });
        var offered = accepted.Find<PlacementEvent.Offered>()!;
        return new() { Attempt = offered.Attempt, HeldUntil = offered.Deadline.At.ToWire(), Position = accepted.Position };
    }

    private async ValueTask<PhaseAnswer> ConsentAsync(ConsentRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        var writing = await asking.BeginAsync(request, permit);
        var agreedBy = await writing.AgreedByAsync();
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.Consent(attempt, agreedBy)));
    }

    private async ValueTask<PhaseAnswer> RefuseAsync(RefuseRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        var (code, text) = RefusalCodeOf(request.Code, request.Text);
        var writing = await asking.BeginAsync(request, permit);
        var kept = await writing.KeepAsync(text);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.Refuse(attempt, code, kept)));
    }

    private async ValueTask<PhaseAnswer> WithdrawOfferAsync(WithdrawOfferRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        var reason = Fields.RequiredText(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(reason))!.Value;
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.WithdrawOffer(attempt, kept)));
    }

    private async ValueTask<PhaseAnswer> DepartAsync(DepartRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        var transport = Fields.Word<Plek.V1.Transport, Own.Transport>(request.Transport, "transport");
        var writing = await asking.BeginAsync(request, permit);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.Depart(attempt, transport)));
    }

    private async ValueTask<AdmitResponse> AdmitAsync(AdmitRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        Fields.Distinct(request.Infections.Select(child => child.SubjectId), "infections");
        var writing = await asking.BeginAsync(request, permit);
        var plannedEnd = Fields.After(request.PlannedEnd, writing.At, StayMax, "planned_end");
        var told = request.Infections.Select((child, i) => (
            Subject: Check.Id(child.SubjectId, $"infections[{i}].subject_id"),
            Infection: Submission.Infection(Check.OneOf(child.Infection, $"infections[{i}].infection"), child.AsOf, writing.At, $"infections[{i}].infection"))).ToImmutableArray();
        var accepted = await AskAsync(writing, id, permit, async steps =>
        {
            var state = steps.Seen.State;
            var known = Merge(await sealedFacts.InfectionAsync(state, permit.Cancel), told);
            var arriving = ImmutableArray.CreateBuilder<Arriving>();
            foreach (var subject in state.Subjects) arriving.Add(await ArrivingAsync(subject, known, plannedEnd, permit.Cancel));
            Seen<PlacementState>? old = state.TransferOf is { } from ? await grains.ReadAsync<PlacementState>(StreamId.Placement(from), permit.Cancel) : null;
            return steps.Admit(attempt, arriving.DrainToImmutable(), await sealedFacts.FactsAsync(state, permit.Cancel), writing.At, old);
        });
        var admitted = accepted.Find<PlacementEvent.Admitted>();
        return new()
        {
            Phase = admitted is null ? default : Plek.V1.PlacementPhase.Placed,
            ArrivedAfterWithdrawal = admitted is null,
            Stays = { (admitted?.Stays ?? []).Select(stay => new Plek.V1.Stay { SubjectId = stay.SubjectId, OccupancyId = stay.OccupancyId }) },
            Position = accepted.Position,
        };
    }

    private async ValueTask<PhaseAnswer> ArrivalFailedAsync(ArrivalFailedRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        var reason = Fields.RequiredText(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(reason))!.Value;
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.ArrivalFailed(attempt, kept)));
    }

    private async ValueTask<PhaseAnswer> EndStayAsync(EndStayRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var subject = Check.Id(request.SubjectId, "subject_id");
        var outcome = Fields.Word<Plek.V1.StayOutcome, Own.StayOutcome>(request.Outcome, "outcome");
        var plan = outcome == Own.StayOutcome.Other ? Fields.RequiredText(request.OutflowPlan, "outflow_plan") : Fields.Text(request.OutflowPlan, "outflow_plan");
        var writing = await asking.BeginAsync(request, permit);
        var kept = await writing.KeepAsync(plan);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.EndStay(subject, outcome, kept, writing.At)));
    }

    private async ValueTask<Arriving> ArrivingAsync(string subject, InfectionFacts known, DateTimeOffset? plannedEnd, CancellationToken cancel) =>
        known.BySubject.TryGetValue(subject, out var infection)
            ? new(subject, infection.Status, await sealedFacts.SealForStayAsync(subject, infection, cancel), plannedEnd)
            : new(subject, Own.InfectionStatus.NotAsked, null, plannedEnd);

    private static (OfferException Wire, Grains.Kernel.Person ConsentedBy, string Reason)? CheckException(OfferException? exception) => exception is null
        ? null
        : (exception, Fields.RequiredPerson(exception.ConsentedBy, "exception.consented_by"), Fields.RequiredText(exception.Reason, "exception.reason"));

    private static (string RequestId, int Attempt) Attempt(string requestId, int attempt) =>
        (Check.Id(requestId, "request_id"), Check.Range(attempt, 1, int.MaxValue, "attempt"));
}
