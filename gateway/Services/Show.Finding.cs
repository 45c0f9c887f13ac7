using Gateway.Views;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

// Rows of the request board, and places found.
internal static partial class Show
{
    public static Plek.V1.RequestRow Row(Views.RequestRow row) => new()
    {
        RequestId = row.RequestId,
        Phase = Words<Plek.V1.PlacementPhase, Own.PlacementPhase>.ToWire(row.Phase),
        Urgency = row.Urgency is { } urgency ? Words<Plek.V1.Urgency, Own.Urgency>.ToWire(urgency) : default,
        Crisis = row.Urgency is null ? default : Words<Plek.V1.CrisisGrade, Own.CrisisGrade>.ToWire(row.Crisis), // Before triage nobody has judged it.
        Children = row.Children,
        Responsible = row.Responsible,
        Owner = row.Owner,
        SubmittedAt = row.SubmittedAt.ToWire(),
        Deadline = row.Deadline.ToWire(),
        Escalation = row.Escalation,
        Attempt = Attempt(row.Live),
        TransferOf = row.TransferOf ?? "",
        Enquiries = { row.Enquiries.Select(Enquiry) },
        Position = row.Position,
        CallNow = row.CallNow,
    };

    public static FindPlacesResponse Found(FoundPlaces found) => new()
    {
        Places = { found.Places.Select(Place) },
        Exclusions = { found.Exclusions.Select(e => new Exclusion { Reason = Words<ExclusionReason, Grains.Finding.Exclusion>.ToWire(e.Reason), Units = e.Units }) },
        Misses = { found.Misses.Select(Miss) },
        Position = found.Position,
        EvaluatedAt = found.EvaluatedAt.ToWire(),
    };

    private static Plek.V1.Place Place(Views.Place place) => new()
    {
        FacilityId = place.Facility.Id,
        UnitId = place.Unit.UnitId,
        ProviderId = place.Unit.Facility.ProviderId,
        FacilityName = place.Unit.Facility.Name,
        UnitName = place.Unit.Unit.Profile.Name,
        Group = Words<Plek.V1.PlaceGroup, Grains.Finding.PlaceGroup>.ToWire(place.Group),
        Score = Score(place.Score),
        DistanceKm = Kilometres(place.HomeMetres),
        Capacity = Unit(place.Unit, exactly: true),
    };

    private static Plek.V1.Score Score(Grains.Finding.Score score) => new()
    {
        Total = score.Total,
        Specialism = score.Specialism,
        Nearness = score.Nearness,
        Setting = score.Setting,
        GroupFit = score.GroupFit,
        Freshness = score.Freshness,
        Accuracy = score.Accuracy,
        Slack = score.Slack,
    };

    private static Plek.V1.Miss Miss(MissedPlace miss) => new()
    {
        FacilityId = miss.Facility.Id,
        UnitId = miss.Unit.UnitId,
        FacilityName = miss.Unit.Facility.Name,
        UnitName = miss.Unit.Unit.Profile.Name,
        DistanceKm = Kilometres(miss.HomeMetres),
        Blockers =
        {
            miss.Blockers.Select(blocker => new Plek.V1.Blocker
            {
                Reason = Words<ExclusionReason, Grains.Finding.Exclusion>.ToWire(blocker.Reason), Asked = blocker.Asked, Limit = blocker.Limit,
                Until = blocker.Until.ToWire(), ShortShift = blocker.Staff is { } staff ? Shift(staff.First) : null,
                MissingStaff = blocker.Staff?.Staff ?? 0, ShortShifts = blocker.Staff?.Shifts ?? 0,
            }),
        },
    };

    private static double Kilometres(int? metres) => (metres ?? 0) / 1000.0;
}
