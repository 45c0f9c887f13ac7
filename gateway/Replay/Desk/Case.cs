using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>One request from the phone call to the end of the stay: what referrer, desk and providers do about it, by its own dice.</summary>
internal sealed partial class Case(Scene scene, string id, string municipality)
{
    /// <summary>What is under way ends at some time; nobody searches longer than this.</summary>
    private const int SearchesMax = 25;

    private readonly Dice _dice = new(scene.Seed, $"request {id}");
    private SubmitResponse? _submitted;
    private string? _reporter; // Null: phoned in to the desk.
    private bool _crisis;
    private int _searches;

    private string Desk => scene.Tokens.Desk;

    private string Referrer => scene.Tokens.Referrers(municipality);

    private string Reporter => _reporter ?? Desk;

    public string Id => id;

    public string RequestId => _submitted!.RequestId;

    /// <summary>Whether the service took it in.</summary>
    public bool Submitted => _submitted is not null;

    /// <summary>Where the request stands by what was acknowledged.</summary>
    public PlacementPhase Phase
    {
        get => field == PlacementPhase.Offered && !_hold!.Stands ? PlacementPhase.Searching : field; // Revoked.
        private set;
    }

    public Urgency Urgency { get; private set; }

    public DateTimeOffset SubmittedAt { get; private set; }

    public DateTimeOffset? OfferedAt { get; private set; }

    public DateTimeOffset? AdmittedAt { get; private set; }

    /// <summary>The request whose children ask for another place with this one.</summary>
    public Case? TransferOf { get; private init; }

    private bool Over => Phase is PlacementPhase.Rejected or PlacementPhase.Cancelled or PlacementPhase.Ended;

    public async Task LiveAsync()
    {
        await SubmitAsync();
        await TriageAsync(Family.Triage(_submitted!, _dice, null));
        while (Phase is PlacementPhase.InTriage or PlacementPhase.Searching or PlacementPhase.Waiting) await SearchAsync();
        if (Phase == PlacementPhase.Placed) await StayAsync();
    }

    private async Task SubmitAsync()
    {
        SubmittedAt = scene.Now;
        if (_submitted is null)
        {
            var request = Family.Request(id, municipality, _dice, scene.Now);
            if (_dice.Percent(70)) _reporter = Referrer;
            _submitted = (await scene.Caller.WriteAsync<SubmitResponse>(Reporter, request)).OrThrow($"Request {id} was refused");
            if (_dice.Percent(4)) await SubmitTwiceAsync(request);
        }
        Phase = _submitted.Phase;
    }

    // Somebody else asks for the same child, who has a live request already.
    private async Task SubmitTwiceAsync(SubmitRequest request)
    {
        await scene.Agenda.MinutesAsync(_dice.From(1, 4));
        var again = request.Clone();
        again.OccurredAt = null;
        var answer = await scene.Caller.WriteAsync<SubmitResponse>(Desk, again, "LIVE_REQUEST_EXISTS");
        if (answer.Message is not null) scene.Caller.Surprise($"request {id}: a second one for the same child was taken in");
    }

    private async Task TriageAsync(TriageRequest request)
    {
        await scene.Agenda.MinutesAsync(_dice.Percent(5) ? _dice.From(40, 90) : _dice.From(2, 15)); // Some are taken up late.
        if (TransferOf is { Over: true }) return;
        if (Phase == PlacementPhase.Received) await MoveAsync(Desk, new StartTriageRequest { RequestId = RequestId });
        await scene.Agenda.MinutesAsync(_dice.From(5, 25));
        if (TransferOf is null && _searches == 0 && _dice.Percent(6))
        {
            await MoveAsync(Desk, new RejectAsNoCrisisRequest { RequestId = RequestId, Reason = RejectReason.AmbulatoryHelp, RedirectedTo = "Ambulante spoedhulp" });
            return;
        }
        if (await scene.Caller.WriteAsync<TriageResponse>(Desk, request) is not { Message: { } triaged }) return;
        (Phase, Urgency, _crisis) = (triaged.Phase, triaged.Urgency, request.Crisis != CrisisGrade.NotCrisis);
    }

    private async Task SearchAsync()
    {
        if (Phase == PlacementPhase.InTriage) await TriageAsync(Family.Triage(_submitted!, _dice, Family.Written));
        if (Over || Phase == PlacementPhase.InTriage) return;
        if (++_searches > SearchesMax)
        {
            await CancelAsync();
            return;
        }
        var found = await scene.Caller.ReadAsync<FindPlacesResponse>(Desk, new FindPlacesRequest { RequestId = RequestId, Limit = 8, Explain = true });
        var usable = found.Places.Where(place => place.Group != PlaceGroup.Disputed).ToList();
        if (usable.Count == 0) await WaitAsync();
        else if (Urgency == Urgency.Immediate && Phase == PlacementPhase.Searching && _dice.Percent(60)) await EnquireAsync(usable);
        else await OfferAsync(usable);
        if (Phase == PlacementPhase.Searching) await scene.Agenda.MinutesAsync(_dice.From(5, 45));
    }

    // Nothing fits now: bridging care, or none, and another look some days later; or an Offer as soon as something comes free.
    private async Task WaitAsync()
    {
        if (Phase == PlacementPhase.Waiting && _dice.Percent(20))
        {
            await CancelAsync();
            return;
        }
        var review = scene.Now.AddMinutes(_dice.From(12 * 60, 5 * 24 * 60));
        if (Phase == PlacementPhase.Searching)
        {
            var park = new ParkWaitingRequest { RequestId = RequestId, Reason = WaitReason.NoFit, ReviewAt = review.ToTimestamp() };
            if (_dice.Percent(60))
                park.Bridging = new() { Kind = BridgingKind.IntensiveAmbulatory, ProviderId = "drechtbaken", ReviewAt = review.AddDays(1).ToTimestamp() };
            else park.NoBridgingBecause = "De familie vangt het voorlopig op.";
            if (!await MoveAsync(Desk, park)) return;
            scene.Tally.Count("parked");
        }
        await scene.Agenda.UntilAsync(review);
        if (_dice.Percent(70))
        {
            var children = _submitted!.SubjectIds.Select(subject => new ChildSafety { SubjectId = subject, Safety = Family.Score(_dice), Assessor = "procesregisseur" });
            await scene.Caller.WriteAsync<CareAnswer>(Desk, new ReassessSafetyRequest { RequestId = RequestId, Children = { children } });
        }
        if (_dice.Percent(80)) await MoveAsync(Desk, new ResumeRequest { RequestId = RequestId, Reason = "Opnieuw zoeken." });
    }

    private async Task CancelAsync() =>
        await MoveAsync(_dice.Percent(50) ? Desk : Reporter, new CancelRequest { RequestId = RequestId, Reason = _dice.Of([CancelReason.PlaceFoundElsewhere, CancelReason.SituationImproved]) });

    /// <returns>Whether it was accepted; then <see cref="Phase"/> is what the service answered.</returns>
    private async Task<bool> MoveAsync(string token, Google.Protobuf.IMessage request, params string[] expected)
    {
        var answer = await scene.Caller.WriteAsync<PhaseAnswer>(token, request, expected);
        if (answer.Message is not { } moved) return false;
        Phase = moved.Phase;
        return true;
    }
}
