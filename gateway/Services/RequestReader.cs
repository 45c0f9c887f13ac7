using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

/// <summary>Shows one request with its history, in the measure that staged reveal allows. The gate has recorded the read by then.</summary>
public sealed class RequestReader(IGrains grains, IVault vault, IEventStore store, SealedFacts sealedFacts, AtLeast atLeast)
{
    private const int PageMax = 1_000;

    public async ValueTask<GetRequestResponse> GetAsync(GetRequestRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var position = await atLeast.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var state = (await grains.ReadAsync<PlacementState>(StreamId.Placement(id), permit.Cancel)).State;
        if (state.Phase == Own.PlacementPhase.None) throw new Refusal(Reason.UnknownRequest).ToRpcException();

        // The offer may have gone to somebody else since the gate looked.
        if (permit.Scope == Scope.OwnProvider && await ProviderOfAsync(state.Live, permit.Cancel) != permit.Caller.Provider) throw Gate.OutOfScope();

        var history = await HistoryAsync(StreamId.Placement(id), permit.Cancel);
        var reveal = Reveal.Of(permit.Role, state);
        var facts = await sealedFacts.FactsAsync(state, permit.Cancel);
        var shown = new GetRequestResponse
        {
            Request = Row(id, state, history),
            Referral = await ReferralAsync(state.Referral!, reveal, permit.Cancel),
            CrisisAsked = state.CrisisAsked,
            Erased = facts is null,
            Position = position,
            Stays = { state.Stays.Select(stay => new Plek.V1.Stay { SubjectId = stay.Key, OccupancyId = stay.Value }) },
            Attempts = { Attempts(state).Where(attempt => Shows(reveal, attempt.Number)).Select(attempt => Show.Attempt(attempt)) },
        };
        if (facts is not null) await AddFactsAsync(shown, state, facts, reveal, permit.Cancel);
        foreach (var (fact, at) in history)
            if (await EntryAsync(fact, at, reveal, permit.Cancel) is { } entry) shown.History.Add(entry);
        return shown;
    }

    private async ValueTask<string?> ProviderOfAsync(Own.Attempt? attempt, CancellationToken cancel) => attempt is null
        ? null : (await grains.ReadAsync<FacilityState>(StreamId.Facility(attempt.FacilityId), cancel)).State.Profile?.ProviderId;

    private async ValueTask AddFactsAsync(GetRequestResponse shown, PlacementState state, RequestFacts facts, Reveal reveal, CancellationToken cancel)
    {
        var infection = await sealedFacts.InfectionAsync(state, cancel);
        shown.Children.AddRange(facts.Children.Select(child => Show.Child(child, infection.BySubject.GetValueOrDefault(child.SubjectId), reveal.Exactly)));
        if (!reveal.Exactly) return;
        (shown.HomePostcode4, shown.SchoolPostcode4, shown.MaxDistanceKm) = (facts.HomePostcode4, facts.SchoolPostcode4 ?? 0, facts.MaxDistanceKm ?? 0);
        (shown.WaitingSince, shown.TenableUntil, shown.LegalBasis) = (state.WaitingSince.ToWire(), facts.TenableUntil.ToWire(), Show.Basis(facts.Basis));
    }

    private async ValueTask<Plek.V1.Referral> ReferralAsync(Own.Referral referral, Reveal reveal, CancellationToken cancel) => new()
    {
        Kind = Words<Plek.V1.ReferrerKind, Own.ReferrerKind>.ToWire(referral.Kind),
        Organisation = referral.Organisation,
        Responsible = referral.Responsible,
        Origin = reveal.Exactly ? referral.Origin ?? "" : "",
        Contact = reveal.Contact ? await PersonAsync(referral.Contact, cancel) : null,
        CaseLead = reveal.Exactly ? await PersonAsync(referral.CaseLead, cancel) : null,
    };

    private async ValueTask<HistoryEntry?> EntryAsync(Fact fact, long at, Reveal reveal, CancellationToken cancel)
    {
        var said = Said.Of(fact.Event);
        if (reveal.Attempt is { } own && said.Attempt != own) return null;
        var entry = new HistoryEntry
        {
            Event = fact.Event.GetType().Name,
            Position = at,
            RecordedAt = fact.RecordedAt.ToWire(),
            OccurredAt = fact.Origin.OccurredAt.ToWire(),
            Role = fact.Origin.Role,
            Channel = Words<Plek.V1.Channel, Grains.Kernel.Channel>.ToWire(fact.Origin.Channel),
            Attempt = said.Attempt,
            FacilityId = said.FacilityId,
            UnitId = said.UnitId,
            Deadline = said.Deadline?.At.ToWire(),
            Code = said.Code is { } code ? Words<Plek.V1.RefusalCode, Grains.Facilities.RefusalCode>.ToWire(code) : default,
            End = said.End is { } end ? Words<Plek.V1.AttemptEnd, Own.AttemptEnd>.ToWire(end) : default,
        };
        if (!reveal.Words) return entry;
        entry.Actor = fact.Origin.Actor;
        if (said.Text is { } text) entry.Text = await vault.FindTextAsync(text, cancel) ?? "";
        entry.Person = await PersonAsync(said.Person ?? fact.Origin.SaidBy, cancel);
        return entry;
    }

    private async ValueTask<Plek.V1.Person?> PersonAsync(PersonRef? person, CancellationToken cancel) =>
        person is { } known ? Show.Person(await vault.FindPersonAsync(known, cancel)) : null;

    private async ValueTask<ImmutableArray<(Fact Fact, long Position)>> HistoryAsync(StreamId stream, CancellationToken cancel)
    {
        var history = ImmutableArray.CreateBuilder<(Fact, long)>();
        for (var version = 0L; ;)
        {
            var page = await store.ReadAsync(stream, version, PageMax, cancel);
            foreach (var stored in page) history.Add((Own.Placement.Grain.Json.Decode(stored), stored.Position));
            if (page.Length < PageMax) return history.DrainToImmutable();
            version = page[^1].Version;
        }
    }

    private static RequestRow Row(string id, PlacementState state, ImmutableArray<(Fact Fact, long Position)> history) => new()
    {
        RequestId = id,
        Phase = Words<Plek.V1.PlacementPhase, Own.PlacementPhase>.ToWire(state.Phase),
        Urgency = state.Urgency is { } urgency ? Words<Plek.V1.Urgency, Own.Urgency>.ToWire(urgency) : default,
        Crisis = Words<Plek.V1.CrisisGrade, Own.CrisisGrade>.ToWire(state.Crisis),
        Children = state.Subjects.Length,
        Responsible = state.Referral!.Responsible,
        Owner = state.Owner,
        SubmittedAt = history[0].Fact.RecordedAt.ToWire(),
        Deadline = state.Deadline?.At.ToWire(),
        Escalation = state.Escalation,
        Attempt = Show.Attempt(state.Live),
        Position = history[^1].Position,
    };

    private static IEnumerable<Own.Attempt> Attempts(PlacementState state) => state.Live is { } live ? state.Past.Values.Append(live) : state.Past.Values;

    private static bool Shows(Reveal reveal, int attempt) => reveal.Attempt is not { } own || attempt == own;

    /// <summary>What the events of a request say beside their own name.</summary>
    private readonly record struct Said(
        int Attempt = 0, string FacilityId = "", string UnitId = "", Deadline? Deadline = null, Grains.Facilities.RefusalCode? Code = null,
        Own.AttemptEnd? End = null, TextRef? Text = null, PersonRef? Person = null)
    {
        public static Said Of(object fact) => fact switch
        {
            PlacementEvent.Submitted f => new(Deadline: f.Deadline),
            PlacementEvent.TriageStarted f => new(Deadline: f.Deadline),
            PlacementEvent.Triaged f => new(Deadline: f.Deadline, Text: f.OverrideReason),
            PlacementEvent.Rejected f => new(Text: f.RedirectedTo),
            PlacementEvent.Offered f => new(f.Attempt, f.FacilityId, f.UnitId, f.Deadline, Text: f.OtherThanFirst),
            PlacementEvent.Consented f => new(f.Attempt, Deadline: f.Deadline, Person: f.AgreedBy),
            PlacementEvent.AttemptOver f => new(f.Attempt, Deadline: f.Deadline, Code: f.Code, End: f.How, Text: f.Text),
            PlacementEvent.Departed f => new(f.Attempt, Deadline: f.Deadline),
            PlacementEvent.Admitted f => new(f.Attempt, Deadline: f.Deadline),
            PlacementEvent.ArrivedAfterWithdrawal f => new(f.Attempt, f.FacilityId, f.UnitId),
            PlacementEvent.StayEnded f => new(Text: f.OutflowPlan),
            PlacementEvent.Cancelled f => new(Text: f.Text),
            PlacementEvent.DeadlineMissed f => new(Deadline: f.Next),
            _ => new(Attempt: 0),
        };
    }
}
