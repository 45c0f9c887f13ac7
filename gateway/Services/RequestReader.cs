using System.Collections.Immutable;
using System.Globalization;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

/// <summary>Shows one request with its history, in the measure that staged reveal allows. The gate has recorded the read by then.</summary>
public sealed partial class RequestReader(IGrains grains, IVault vault, IEventStore store, SealedFacts sealedFacts, AtLeast atLeast, Views.AlarmBoard alarms)
{
    // Read at a time from the end of a stream: a part of the usual size, also where much of it is not for the caller.
    private const int ChunkMax = 200;

    public async ValueTask<GetRequestResponse> GetAsync(GetRequestRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var size = Filters.Page(request.PageSize);
        var before = Before(request.PageToken);
        var position = await atLeast.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var (state, head) = await grains.ReadAsync<PlacementState>(StreamId.Placement(id), permit.Cancel);
        if (state.Phase == Own.PlacementPhase.None) throw new Refusal(Reason.UnknownRequest).ToRpcException();

        // The offer may have gone to somebody else since the gate looked.
        var own = permit.Scope == Scope.OwnProvider ? await OwnEnquiriesAsync(state, permit) : [];
        if (permit.Scope == Scope.OwnProvider && own.IsEmpty && !(state.Live is { } live && await IsOwnAsync(live.FacilityId, permit))) throw Gate.OutOfScope();

        var reveal = Reveal.Of(permit.Role, state, own);
        var facts = await sealedFacts.FactsAsync(state, permit.Cancel);
        var shown = new GetRequestResponse
        {
            Request = await RowAsync(id, state, head, permit),
            Referral = await ReferralAsync(state.Referral!, reveal, permit.Cancel),
            CrisisAsked = state.CrisisAsked,
            Erased = facts is null,
            Position = position,
            Stays = { state.Stays.Select(stay => new Plek.V1.Stay { SubjectId = stay.Key, OccupancyId = stay.Value }) },
            Attempts = { Attempts(state).Where(attempt => reveal.ShowsAttempt(attempt.Number)).Select(attempt => Show.Attempt(attempt)) },
        };
        shown.Request.Enquiries.Add(state.OpenEnquiries.Where(asked => permit.IsDesk || own.Contains(asked.Number)).Select(Show.Enquiry));
        if (reveal.Exactly) shown.Care = await CareAsync(state.Care, reveal, permit.Cancel);
        if (facts is not null) await AddFactsAsync(shown, state, facts, reveal, permit.Now, permit.Cancel);
        await AddHistoryAsync(shown, StreamId.Placement(id), Math.Min(before, head.Version + 1), size, reveal, permit.Cancel);
        return shown;
    }

    private async ValueTask<ImmutableArray<int>> OwnEnquiriesAsync(PlacementState state, Permit permit)
    {
        var own = ImmutableArray.CreateBuilder<int>();
        foreach (var asked in state.OpenEnquiries)
            if (await IsOwnAsync(asked.FacilityId, permit)) own.Add(asked.Number);
        return own.DrainToImmutable();
    }

    private async ValueTask<bool> IsOwnAsync(string facilityId, Permit permit) =>
        (await grains.ReadAsync<FacilityState>(StreamId.Facility(facilityId), permit.Cancel)).State.Profile?.ProviderId == permit.Caller.Provider;

    private async ValueTask AddFactsAsync(GetRequestResponse shown, PlacementState state, RequestFacts facts, Reveal reveal, DateTimeOffset now, CancellationToken cancel)
    {
        var infection = await sealedFacts.InfectionAsync(state, cancel);
        shown.Children.AddRange(facts.Children.Select(child => Show.Child(child, infection.BySubject.GetValueOrDefault(child.SubjectId), reveal.Exactly)));
        if (!reveal.Exactly) return;
        await MarkOldAsync(shown.Children, facts, now, cancel);
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
        if (!reveal.ShowsAttempt(said.Attempt) && !reveal.ShowsEnquiry(said.Enquiry)) return null;
        var entry = new HistoryEntry
        {
            Event = fact.Event.GetType().Name,
            Position = at,
            RecordedAt = fact.RecordedAt.ToWire(),
            OccurredAt = fact.Origin.OccurredAt.ToWire(),
            Role = fact.Origin.Role,
            Channel = Words<Plek.V1.Channel, Grains.Kernel.Channel>.ToWire(fact.Origin.Channel),
            Attempt = said.Attempt,
            Enquiry = said.Enquiry,
            Asks = Show.Asks(said.Code),
            EnquiryEnd = said.EnquiryEnd is { } over ? Words<Plek.V1.EnquiryEnd, Own.EnquiryEnd>.ToWire(over) : default,
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

    /// <summary>Adds the newest entries that the caller may see below a version, oldest of them first, and the token of what lies before them.</summary>
    private async ValueTask AddHistoryAsync(GetRequestResponse shown, StreamId stream, long before, int size, Reveal reveal, CancellationToken cancel)
    {
        var newestFirst = new List<HistoryEntry>();
        while (before > 1 && newestFirst.Count < size)
        {
            var after = Math.Max(0, before - 1 - ChunkMax);
            var chunk = await store.ReadAsync(stream, after, (int)(before - 1 - after), cancel);
            if (chunk.IsEmpty) throw new CorruptEventException($"{stream} has no event between {after} and {before}.");
            for (var i = chunk.Length - 1; i >= 0 && newestFirst.Count < size; i--)
            {
                before = chunk[i].Version;
                if (await EntryAsync(Own.Placement.Grain.Json.Decode(chunk[i]), chunk[i].Position, reveal, cancel) is { } entry) newestFirst.Add(entry);
            }
        }
        shown.History.AddRange(Enumerable.Reverse(newestFirst));
        shown.NextPageToken = before > 1 ? before.ToString(CultureInfo.InvariantCulture) : "";
    }

    /// <summary>The version that a token names: the history goes on before it.</summary>
    private static long Before(string token) =>
        token.Length == 0 ? long.MaxValue
        : long.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 1 ? version
        : throw RpcException.Invalid("page_token", "is not one that this service gave");

    private async ValueTask<RequestRow> RowAsync(string id, PlacementState state, Head head, Permit permit) => new()
    {
        RequestId = id,
        Phase = Words<Plek.V1.PlacementPhase, Own.PlacementPhase>.ToWire(state.Phase),
        Urgency = state.Urgency is { } urgency ? Words<Plek.V1.Urgency, Own.Urgency>.ToWire(urgency) : default,
        Crisis = Words<Plek.V1.CrisisGrade, Own.CrisisGrade>.ToWire(state.Crisis),
        Children = state.Subjects.Length,
        Responsible = state.Referral!.Responsible,
        Owner = state.Owner,
        SubmittedAt = (await EventAsync(id, 1, permit.Cancel)).RecordedAt.ToWire(),
        Deadline = state.Deadline?.At.ToWire(),
        Escalation = state.Escalation,
        Attempt = Show.Attempt(state.Live),
        TransferOf = state.TransferOf ?? "",
        Position = (await EventAsync(id, head.Version, permit.Cancel)).Position,
        CallNow = permit.IsDesk && alarms.Current.CallNow.Contains(StreamId.Placement(id)),
    };

    private async ValueTask<StoredEvent> EventAsync(string id, long version, CancellationToken cancel) =>
        (await store.ReadAsync(StreamId.Placement(id), version - 1, 1, cancel)).Single();

    private static IEnumerable<Own.Attempt> Attempts(PlacementState state) => state.Live is { } live ? state.Past.Values.Append(live) : state.Past.Values;

    /// <summary>What the events of a request say beside their own name.</summary>
    private readonly record struct Said(
        int Attempt = 0, string FacilityId = "", string UnitId = "", Deadline? Deadline = null, Grains.Facilities.RefusalCode? Code = null,
        Own.AttemptEnd? End = null, TextRef? Text = null, PersonRef? Person = null, int Enquiry = 0,
        Own.EnquiryEnd? EnquiryEnd = null)
    {
        public static Said Of(object fact) => fact switch
        {
            PlacementEvent.Submitted f => new(Deadline: f.Deadline),
            PlacementEvent.TriageStarted f => new(Deadline: f.Deadline),
            PlacementEvent.Triaged f => new(Deadline: f.Deadline, Text: f.OverrideReason),
            PlacementEvent.Rejected f => new(Text: f.RedirectedTo),
            PlacementEvent.Offered f => new(f.Attempt, f.FacilityId, f.UnitId, f.Deadline, Text: f.OtherThanFirst),
            PlacementEvent.Enquired f => new(0, f.FacilityId, f.UnitId, f.Deadline, Enquiry: f.Enquiry),
            PlacementEvent.EnquiryAgreed f => new(f.Attempt, f.FacilityId, f.UnitId, f.Deadline, Person: f.AgreedBy, Enquiry: f.Enquiry),
            PlacementEvent.EnquiryOver f => new(0, Deadline: f.Deadline, Code: f.Code, Text: f.Text, Enquiry: f.Enquiry, EnquiryEnd: f.How),
            PlacementEvent.HoldExtended f => new(f.Attempt, Deadline: f.Deadline),
            PlacementEvent.HoldKept f => new(f.Attempt, Deadline: f.Deadline, Text: f.Reason),
            PlacementEvent.Consented f => new(f.Attempt, Deadline: f.Deadline, Person: f.AgreedBy),
            PlacementEvent.AttemptOver f => new(f.Attempt, Deadline: f.Deadline, Code: f.Code, End: f.How, Text: f.Text),
            PlacementEvent.Departed f => new(f.Attempt, Deadline: f.Deadline),
            PlacementEvent.Admitted f => new(f.Attempt, Deadline: f.Deadline),
            PlacementEvent.ArrivedAfterWithdrawal f => new(f.Attempt, f.FacilityId, f.UnitId),
            PlacementEvent.TransferRequested f => new(Deadline: f.Deadline, Text: f.Reason),
            PlacementEvent.StayExtended f => new(Deadline: f.Deadline, Text: f.OutflowPlan),
            PlacementEvent.StayEnded f => new(Text: f.OutflowPlan),
            PlacementEvent.Cancelled f => new(Text: f.Text),
            PlacementEvent.DeadlineMissed f => new(Deadline: f.Next),
            PlacementEvent f => OfWaiting(f),
            _ => new(Attempt: 0),
        };
    }
}
