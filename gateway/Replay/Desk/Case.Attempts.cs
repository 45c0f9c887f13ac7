using Plek.V1;

namespace Gateway.Replay.Desk;

// One place asked, and what comes of it.
internal sealed partial class Case
{
    private const int RecommendedMax = 3;
    private const int EnquiriesMax = 3;

    private int _attempt;
    private HoldLine? _hold;
    private string _provider = "";

    private async Task OfferAsync(List<Place> places)
    {
        var chosen = places.Count > 1 && _dice.Percent(15) ? 1 : 0;
        var place = places[chosen];
        var offer = new OfferRequest
        {
            RequestId = RequestId,
            FacilityId = place.FacilityId,
            UnitId = place.UnitId,
            RecommendedUnits = { places.Take(RecommendedMax).Select(p => p.UnitId) },
            OtherThanFirst = chosen > 0 ? "Dichter bij school en bij de oma van het kind." : "",
        };
        if (place.Capacity.Freshness is Freshness.Stale or Freshness.Unknown) await CallFirstAsync(place, offer);
        if (_crisis && place.Capacity.CrisisUse == CrisisUse.AfterConsultation)
        {
            offer.Consultation = new() { With = OnDuty(place.ProviderId) };
            scene.Tally.Count("offered after consultation");
        }
        var answer = await scene.Caller.WriteAsync<OfferResponse>(Desk, offer, "UNIT_STALE", "CONSULTATION_REQUIRED");
        if (answer.Message is not { } offered) return;

        if (chosen > 0) scene.Tally.Count("another place than the first");
        OfferedAt ??= scene.Now;
        (_attempt, _provider) = (offered.Attempt, place.ProviderId);
        _hold = scene.Book.Promise(place.UnitId, RequestId, _attempt, _submitted!.SubjectIds.Count, offered.HeldUntil.ToDateTimeOffset(), consented: false, scene.Now);
        Phase = PlacementPhase.Offered;
        EndByTime(_hold);
        await AnsweredAsync();
    }

    // The desk calls; half of the time it reports what it hears, otherwise it takes the risk knowingly.
    private async Task CallFirstAsync(Place place, OfferRequest offer)
    {
        scene.Tally.Count("called about a stale report");
        offer.AcceptStale = true;
        if (!_dice.Percent(50)) return;
        await scene.Caller.WriteAsync<ReportAnswer>(
            Desk, new ConfirmUnchangedRequest { FacilityId = place.FacilityId, UnitId = place.UnitId, SaidBy = OnDuty(place.ProviderId) });
    }

    // A hold ends by the service's own clock. What is waited for is seen before anything else happens in that minute.
    private void EndByTime(HoldLine hold)
    {
        var (until, attempt) = (hold.Until, _attempt);
        scene.Agenda.Begin(until, EndedAsync, first: true);

        async Task EndedAsync()
        {
            if (!hold.Stands || hold.Consented || hold.Until != until || Phase != PlacementPhase.Offered || _attempt != attempt) return;
            await scene.Caller.ReachAsync(until.AddSeconds(1));
            var seen = await scene.Caller.ReadAsync<GetRequestResponse>(
                Desk, new GetRequestRequest { RequestId = RequestId, PageSize = 1 }, shown => shown.Request.Phase != PlacementPhase.Offered);
            if (seen.Request.Phase != PlacementPhase.Searching) scene.Caller.Surprise($"request {id}: a hold that ended leaves it {seen.Request.Phase}");
            hold.End();
            Phase = seen.Request.Phase;
            scene.Tally.Count("holds ended by time");
        }
    }

    private async Task AnsweredAsync()
    {
        var minutes = (int)(_hold!.Until - scene.Now).TotalMinutes;
        switch (_dice.Weighted((Reply.Yes, 58), (Reply.No, 27), (Reply.Silence, 6), (Reply.MoreTime, 4), (Reply.Withdrawn, 3), (Reply.Cancelled, 2)))
        {
            case Reply.Yes:
                await scene.Agenda.MinutesAsync(_dice.From(2, Math.Max(3, minutes / 2)));
                await ConsentAsync();
                break;
            case Reply.No:
                await scene.Agenda.MinutesAsync(_dice.From(2, Math.Max(3, minutes / 2)));
                await RefuseAsync();
                break;
            case Reply.Silence:
                await scene.Agenda.MinutesAsync(minutes + 3);
                if (_dice.Percent(30)) await ConsentAsync(); // Too late.
                break;
            case Reply.MoreTime:
                await scene.Agenda.MinutesAsync(minutes - 4);
                await ExtendAsync(minutes);
                break;
            case Reply.Withdrawn:
                await scene.Agenda.MinutesAsync(_dice.From(2, Math.Max(3, minutes / 2)));
                await GiveUpAsync(new WithdrawOfferRequest { RequestId = RequestId, Attempt = _attempt, Reason = "Er is een beter passende plek." }, "withdrawn");
                break;
            default:
                await scene.Agenda.MinutesAsync(_dice.From(2, Math.Max(3, minutes / 2)));
                await GiveUpAsync(new CancelRequest { RequestId = RequestId, Reason = CancelReason.SituationImproved }, "cancelled while offered");
                break;
        }
        if (Phase == PlacementPhase.Agreed) await ArriveAsync();
    }

    private async Task ExtendAsync(int minutes)
    {
        if (!_hold!.Stands) return;
        var answer = await scene.Caller.WriteAsync<PhaseAnswer>(Desk, new ExtendHoldRequest { RequestId = RequestId, Attempt = _attempt, Minutes = minutes });
        if (answer.Message is not { } extended) return;
        scene.Tally.Count("holds given more time");
        _hold.Until = extended.Deadline.ToDateTimeOffset();
        EndByTime(_hold);
        await scene.Agenda.MinutesAsync(_dice.From(5, minutes));
        await ConsentAsync();
    }

    private async Task ConsentAsync()
    {
        var (token, saidBy) = Said();
        var request = new ConsentRequest { RequestId = RequestId, Attempt = _attempt, SaidBy = saidBy };
        if (!_hold!.Stands)
        {
            await TooLateAsync(token, request);
            return;
        }
        if (!await MoveAsync(token, request)) return;
        _hold.Consented = true;
    }

    private async Task RefuseAsync()
    {
        var (token, saidBy) = Said();
        var code = Codes[scene.Tally.Codes.Values.Sum() % Codes.Length];
        var request = new RefuseRequest { RequestId = RequestId, Attempt = _attempt, Code = code, Text = "De groep heeft vanavond rust nodig.", SaidBy = saidBy };
        if (!_hold!.Stands)
        {
            await TooLateAsync(token, request);
            return;
        }
        if (!await MoveAsync(token, request)) return;
        _hold.End();
        scene.Tally.Refused(code);
        scene.Houses[_hold.Unit.FacilityId].Refused(_hold.Unit, code);
    }

    // The hold is over; whoever answers now must hear so.
    private async Task TooLateAsync(string token, Google.Protobuf.IMessage request)
    {
        var answer = await scene.Caller.WriteAsync<PhaseAnswer>(token, request, "NOT_ALLOWED_IN_STATE", "STALE_ATTEMPT", "HOLD_ENDED", "OUT_OF_SCOPE");
        if (answer.Message is not null) scene.Caller.Surprise($"request {id}: an answer after the hold's end was taken");
        scene.Tally.Count("answered too late");
    }

    private async Task GiveUpAsync(Google.Protobuf.IMessage request, string what)
    {
        if (!_hold!.Stands || !await MoveAsync(Desk, request)) return; // Revoked in the meantime.
        _hold.End();
        scene.Tally.Count(what);
    }

    // Up to three places at the same time, none of them held. The first yes gets the child.
    private async Task EnquireAsync(List<Place> places)
    {
        var asked = places.Take(EnquiriesMax).ToList();
        var request = new EnquireRequest { RequestId = RequestId, Places = { asked.Select(place => new PlaceAsked { FacilityId = place.FacilityId, UnitId = place.UnitId }) } };
        var answer = await scene.Caller.WriteAsync<EnquireResponse>(Desk, request);
        if (answer.Message is not { } enquired) return;
        scene.Tally.Count("places asked at once", asked.Count);
        OfferedAt ??= scene.Now;
        var until = enquired.Enquiries.Max(enquiry => enquiry.Until.ToDateTimeOffset());
        for (var i = 0; i < asked.Count && Phase is PlacementPhase.Searching or PlacementPhase.Agreed; i++)
        {
            await scene.Agenda.MinutesAsync(_dice.From(1, 4));
            if (_dice.Percent(20)) continue; // Does not answer.
            await AnswerEnquiryAsync(asked[i], enquired.Enquiries[i].Number, yes: _dice.Percent(60));
        }
        if (Phase == PlacementPhase.Agreed) await ArriveAsync();
        else await scene.Agenda.UntilAsync(until.AddMinutes(2));
    }

    private async Task AnswerEnquiryAsync(Place place, int number, bool yes)
    {
        var code = Codes[scene.Tally.Codes.Values.Sum() % Codes.Length];
        var request = new AnswerEnquiryRequest { RequestId = RequestId, Enquiry = number, Yes = yes };
        if (!yes) (request.Code, request.Text) = (code, "De groep heeft vanavond rust nodig.");
        var agreed = Phase == PlacementPhase.Agreed;
        var answer = await scene.Caller.WriteAsync<AnswerEnquiryResponse>(
            scene.Tokens.Providers(place.ProviderId), request, agreed ? ["FOUND_ELSEWHERE"] : ["NOT_ENOUGH_BEDS", "NOT_ENOUGH_SINGLE_ROOMS", "UNIT_DISPUTED", "NOT_OPEN"]);
        if (answer.Message is not { } answered) return;
        if (agreed) scene.Caller.Surprise($"request {id}: a second answer to an enquiry was taken");
        Phase = answered.Phase;
        if (yes)
        {
            (_attempt, _provider) = (answered.Attempt, place.ProviderId);
            _hold = scene.Book.Promise(place.UnitId, RequestId, _attempt, _submitted!.SubjectIds.Count, answered.Deadline.ToDateTimeOffset(), consented: true, scene.Now);
        }
        else
        {
            scene.Tally.Refused(code);
            scene.Houses[place.FacilityId].Refused(scene.Book.Units[place.UnitId], code);
        }
    }

    // The provider itself, or the desk that has it on the phone.
    private (string Token, Person? SaidBy) Said() => _dice.Percent(80) ? (scene.Tokens.Providers(_provider), null) : (Desk, OnDuty(_provider));

    private static Person OnDuty(string provider) => new() { Name = $"Bereikbare dienst {provider}" };

    private static readonly RefusalCode[] Codes =
        [.. System.Enum.GetValues<RefusalCode>().Where(code => code is not (RefusalCode.Unspecified or RefusalCode.NoAnswer))];

    private enum Reply { Yes, No, Silence, MoreTime, Withdrawn, Cancelled }
}
