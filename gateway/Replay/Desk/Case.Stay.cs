using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Replay.Desk;

// The way in, the stay, and the way out.
internal sealed partial class Case
{
    private List<Stay> _stays = [];
    private bool _asksTransfer;

    private async Task ArriveAsync()
    {
        await scene.Agenda.MinutesAsync(_dice.From(5, 30));
        if (_hold!.Unit.ShortAt(scene.Now) > 0 && !await KeepAsync()) return;
        switch (_dice.Weighted((Way.In, 92), (Way.Failed, 4), (Way.TakenBack, 2), (Way.AtTheDoor, 2)))
        {
            case Way.Failed:
                await GiveUpAsync(new ArrivalFailedRequest { RequestId = RequestId, Attempt = _attempt, Reason = "Het kind is onderweg weggelopen." }, "arrivals that failed");
                return;
            case Way.TakenBack:
                await GiveUpAsync(new WithdrawOfferRequest { RequestId = RequestId, Attempt = _attempt, Reason = "De ouders halen het kind toch zelf op." }, "withdrawn");
                return;
            case Way.AtTheDoor:
                await GiveUpAsync(new WithdrawOfferRequest { RequestId = RequestId, Attempt = _attempt, Reason = "Er is een plek dichterbij." }, "withdrawn");
                await scene.Agenda.MinutesAsync(_dice.From(5, 20));
                await AdmitAsync(tooLate: true);
                return;
        }
        if (_dice.Percent(60)) await MoveAsync(Desk, new DepartRequest { RequestId = RequestId, Attempt = _attempt, Transport = _dice.Of([Transport.Own, Transport.Arranged]) });
        await scene.Agenda.MinutesAsync(_dice.Percent(4) ? _dice.From(300, 900) : _dice.From(15, 200)); // Some come long after they were expected.
        await AdmitAsync(tooLate: false);
    }

    // The unit has come short since it consented.
    private async Task<bool> KeepAsync()
    {
        if (_dice.Percent(70))
        {
            var answer = await scene.Caller.WriteAsync<PhaseAnswer>(Desk, new KeepHoldRequest { RequestId = RequestId, Attempt = _attempt, Reason = "De groep redt het met een invaller." });
            if (answer.Message is not null) scene.Tally.Count("places kept after a shortfall");
            return true;
        }
        await GiveUpAsync(new WithdrawOfferRequest { RequestId = RequestId, Attempt = _attempt, Reason = "De groep heeft te weinig begeleiding." }, "withdrawn");
        return false;
    }

    private async Task AdmitAsync(bool tooLate)
    {
        var request = new AdmitRequest { RequestId = RequestId, Attempt = _attempt, PlannedEnd = scene.Now.AddDays(_dice.From(5, 40)).ToTimestamp() };
        var token = scene.Tokens.Providers(_provider);
        var answer = await scene.Caller.WriteAsync<AdmitResponse>(token, request, "INFECTION_NOT_ASKED");
        if (answer.Failure is { Reason: "INFECTION_NOT_ASKED" })
        {
            var asked = request.Clone();
            asked.Infections.Add(_submitted!.SubjectIds.Select(subject => new ChildInfection { SubjectId = subject, Infection = InfectionStatus.NoSymptoms }));
            answer = await scene.Caller.WriteAsync<AdmitResponse>(token, asked);
        }
        if (answer.Message is not { } admitted) return;
        if (admitted.ArrivedAfterWithdrawal != tooLate) scene.Caller.Surprise($"request {id}: arrived after withdrawal is {admitted.ArrivedAfterWithdrawal}");
        if (admitted.ArrivedAfterWithdrawal)
        {
            scene.Tally.Count("arrived after withdrawal");
            return;
        }
        AdmittedAt = scene.Now;
        Phase = admitted.Phase;
        _hold!.End();
        _stays = [.. admitted.Stays];
        foreach (var stay in _stays) _hold.Unit.Opened(stay.OccupancyId, scene.Now);
        TransferOf?.Moved();
    }

    // The Admit of a transfer ended the stays that the children had.
    private void Moved()
    {
        foreach (var stay in _stays) _hold!.Unit.Ended(stay.OccupancyId, scene.Now);
        _stays.Clear();
        Phase = PlacementPhase.Ended;
    }

    private async Task StayAsync()
    {
        var end = scene.Now.AddMinutes(_dice.Weighted((_dice.From(1, 10), 40), (_dice.From(10, 28), 45), (_dice.From(28, 60), 15)) * 1_440 + _dice.From(-300, 300));
        var plan = scene.Now.AddMinutes(_dice.From(2 * 1_440, 16 * 1_440)); // Some after the 10 days that the region asks for.
        if (plan < end)
        {
            await scene.Agenda.UntilAsync(plan);
            foreach (var stay in _stays)
                await MoveAsync(Intake(), new ExtendRequest { RequestId = RequestId, SubjectId = stay.SubjectId, PlannedEnd = end.ToTimestamp(), OutflowPlan = "Terug naar huis met ambulante hulp." });
        }
        if (_dice.Percent(12)) await TransferAsync();
        await scene.Agenda.UntilAsync(end);
        while (_asksTransfer && Phase == PlacementPhase.Placed) await scene.Agenda.MinutesAsync(_dice.From(600, 1_440)); // Stays until the next place is there.
        foreach (var stay in _stays.ToList()) await EndStayAsync(stay);
    }

    private async Task EndStayAsync(Stay stay)
    {
        if (Phase != PlacementPhase.Placed) return;
        var outcome = _dice.Of([StayOutcome.Home, StayOutcome.FosterCare, StayOutcome.OtherPlace, StayOutcome.Unknown]);
        if (!await MoveAsync(Intake(), new EndStayRequest { RequestId = RequestId, SubjectId = stay.SubjectId, Outcome = outcome })) return;
        _hold!.Unit.Ended(stay.OccupancyId, scene.Now);
        _stays.Remove(stay);
        if (_stays.Count > 0) await scene.Agenda.MinutesAsync(_dice.From(0, 2_880));
    }

    private async Task TransferAsync()
    {
        await scene.Agenda.MinutesAsync(_dice.From(60, 2_880));
        var request = new RequestTransferRequest { RequestId = RequestId, Reason = "Een gezin past beter dan een groep." };
        var answer = await scene.Caller.WriteAsync<SubmitResponse>(_dice.Of([Desk, Intake(), Reporter]), request);
        if (answer.Message is not { } submitted) return;
        scene.Tally.Count("transfers asked");
        var transfer = new Case(scene, $"{id}t", municipality) { TransferOf = this, _submitted = submitted, _reporter = _reporter };
        scene.Tally.Cases.Add(transfer);
        _asksTransfer = true;
        scene.Agenda.Begin(scene.Now, LiveAsync);

        async Task LiveAsync()
        {
            await transfer.LiveAsync();
            _asksTransfer = false;
        }
    }

    private string Intake() => scene.Tokens.Providers(_provider);

    private enum Way { In, Failed, TakenBack, AtTheDoor }
}
