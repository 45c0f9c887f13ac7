using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

// Several places asked at once, and their answers.
public sealed partial record PlacementSteps
{
    /// <summary>Asks units of one or several facilities. The facilities say which of them can never take these children in; nothing is held.</summary>
    /// <param name="places">Different units.</param>
    /// <param name="facts">As in <see cref="Offer"/>.</param>
    public Step Enquire(ImmutableArray<PlaceAsked> places, RequestFacts? facts, InfectionFacts? infection, DateTimeOffset now)
    {
        var order = new PlacementCommand.Enquire(places);
        if (!Transitions.Allows(State.Phase, order)) return Plan(order);

        ArgumentNullException.ThrowIfNull(facts);
        return Plan(order, children: places.GroupBy(place => place.FacilityId, StringComparer.Ordinal).Select(facility => new Part(
            StreamId.Facility(facility.Key),
            new FacilityCommand.Enquire([.. facility.Select(place => HoldOf(place.FacilityId, place.UnitId, facts, infection, now, acceptStale: true, null, null))]))));
    }

    /// <summary>The provider has room: the beds are held and agreed in the same step.</summary>
    /// <param name="agreedBy">Who said yes at the provider, which is consultation enough.</param>
    public Step AgreeToEnquiry(int enquiry, PersonRef agreedBy, RequestFacts? facts, InfectionFacts? infection, DateTimeOffset now)
    {
        var order = new PlacementCommand.AnswerEnquiry(enquiry, agreedBy, null, null);
        if (OpenEnquiry(enquiry) is not { } asked) return Plan(order);

        ArgumentNullException.ThrowIfNull(facts);
        var hold = HoldOf(asked.FacilityId, asked.UnitId, facts, infection, now, acceptStale: true, new Consultation(agreedBy, now), null);
        return Plan(order, new(StreamId.Facility(asked.FacilityId), hold with { Agreed = true }));
    }

    public Step RefuseEnquiry(int enquiry, RefusalCode code, TextRef? text)
    {
        var order = new PlacementCommand.AnswerEnquiry(enquiry, null, code, text);
        return Plan(order, OpenEnquiry(enquiry) is { } asked
            ? new(StreamId.Facility(asked.FacilityId), new FacilityCommand.RefuseEnquiry(asked.UnitId, RequestId, enquiry, code))
            : null);
    }

    private Enquiry? OpenEnquiry(int enquiry) => State.Enquiries.TryGetValue(enquiry, out var asked) && asked.End is null ? asked : null;
}
