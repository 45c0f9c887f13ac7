using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;
using OwnFacilities = Grains.Facilities;

namespace Gateway.Services;

// Several places asked at once, and their answers.
public sealed partial class PlacementService
{
    private async ValueTask<EnquireResponse> EnquireAsync(EnquireRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        Fields.Count(request.Places, 1, Placement.EnquiriesMax, "places");
        var places = request.Places.Select((place, i) => new Own.PlaceAsked(
            Check.Id(place.FacilityId, $"places[{i}].facility_id"), Check.Id(place.UnitId, $"places[{i}].unit_id"))).ToImmutableArray();
        Fields.Distinct(places.Select(place => $"{place.FacilityId}/{place.UnitId}"), "places");
        var writing = await asking.BeginAsync(request, permit);
        var accepted = await AskAsync(writing, id, permit, async steps =>
        {
            if (await KnownAsync(steps.Seen.State, writing, permit.Cancel) is not var (facts, infection)) return AnsweredBefore(steps);
            steps = steps with { Seen = await LinkedAsync(steps.Seen, permit.Cancel) };
            return steps.Enquire(places, facts, infection, permit.Now);
        });
        return new()
        {
            Enquiries =
            {
                accepted.Facts.Select(fact => fact.Event).OfType<PlacementEvent.Enquired>()
                    .Select(asked => Show.Enquiry(new(asked.Enquiry, asked.FacilityId, asked.UnitId, asked.Until))),
            },
            Position = accepted.Position,
        };
    }

    private async ValueTask<AnswerEnquiryResponse> AnswerEnquiryAsync(AnswerEnquiryRequest request, Permit permit)
    {
        var id = Check.Id(request.RequestId, "request_id");
        var enquiry = Check.Range(request.Enquiry, 1, int.MaxValue, "enquiry");
        if (request.Yes && request.Code != default) throw RpcException.Invalid("code", "is only for a no");
        if (request.Yes && request.Text.Length > 0) throw RpcException.Invalid("text", "is only for a no");
        var (code, text) = request.Yes ? default : RefusalCodeOf(request.Code, request.Text);
        var writing = await asking.BeginAsync(request, permit);
        var accepted = request.Yes ? await AgreeAsync(writing, id, enquiry, permit) : await DeclineAsync(writing, id, enquiry, code, text, permit);
        var (phase, agreed) = (Show.Phase(accepted), accepted.Find<PlacementEvent.EnquiryAgreed>());
        return new() { Phase = phase.Phase, Attempt = agreed?.Attempt ?? 0, Deadline = phase.Deadline, Position = accepted.Position, Asks = phase.Asks };
    }

    private async ValueTask<Answer.Accepted> AgreeAsync(Writing writing, string id, int enquiry, Permit permit)
    {
        var agreedBy = await writing.AgreedByAsync();
        return await AskAsync(writing, id, permit, async steps =>
        {
            if (await KnownAsync(steps.Seen.State, writing, permit.Cancel) is not var (facts, infection)) return AnsweredBefore(steps);
            steps = steps with { Seen = await LinkedAsync(steps.Seen, permit.Cancel) };
            return steps.AgreeToEnquiry(enquiry, agreedBy, facts, infection, permit.Now);
        });
    }

    private async ValueTask<Answer.Accepted> DeclineAsync(Writing writing, string id, int enquiry, OwnFacilities.RefusalCode code, string? text, Permit permit)
    {
        var kept = await writing.KeepAsync(text);
        return await AskAsync(writing, id, permit, steps => steps.RefuseEnquiry(enquiry, code, kept));
    }

    /// <summary>A provider's no, which the clock alone may leave unsaid.</summary>
    private static (OwnFacilities.RefusalCode Code, string? Text) RefusalCodeOf(Plek.V1.RefusalCode given, string text)
    {
        var code = Fields.Word<Plek.V1.RefusalCode, OwnFacilities.RefusalCode>(given, "code");
        if (code == OwnFacilities.RefusalCode.NoAnswer) throw RpcException.Invalid("code", "NoAnswer is said by the clock alone");
        return (code, code == OwnFacilities.RefusalCode.Other ? Fields.RequiredText(text, "text") : Fields.Text(text, "text"));
    }

    /// <summary>What a plan to hold beds needs of the children; without it nothing is asked, and null says that it was answered before.</summary>
    private async ValueTask<(RequestFacts? Facts, InfectionFacts Infection)?> KnownAsync(PlacementState state, Writing writing, CancellationToken cancel)
    {
        var facts = await sealedFacts.FactsAsync(state, cancel);
        if (facts is null && state.Facts is not null)
        {
            await writing.RefuseAsync(SealedFacts.Erased());
            return null;
        }
        return (facts, await sealedFacts.InfectionAsync(state, cancel));
    }

    /// <summary>Any step of a command that was accepted before gets that answer and writes nothing.</summary>
    private static Step AnsweredBefore(PlacementSteps steps) => steps.Resume(null);
}
