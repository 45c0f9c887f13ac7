using Grains.Kernel;
using Grains.Placements;

namespace Views.Spec;

/// <summary>A request's events in words, for tests that need some.</summary>
public static class Requests
{
    public static PlacementEvent Submitted(DateTimeOffset? deadline = null, string responsible = "GM0505", int children = 1) => new PlacementEvent.Submitted(
        [.. Enumerable.Range(1, children).Select(i => $"s{i}")], Secret(SealPurpose.Facts), Secret(SealPurpose.Infection),
        new(ReferrerKind.Access, "SJT", "referrer-1", null, null, responsible, null), CrisisAsked: true, null, [], [], "CrisisDesk", By(deadline));

    public static PlacementEvent Triaged(Urgency urgency, DateTimeOffset? deadline = null) => new PlacementEvent.Triaged(
        Secret(SealPurpose.Facts), Secret(SealPurpose.Infection), urgency, urgency, null, CrisisGrade.Acute, [], By(deadline));

    public static PlacementEvent Offered(string facility = "de-wending", DateTimeOffset? until = null, int attempt = 1) =>
        new PlacementEvent.Offered(attempt, facility, "u1", 1, By(until), [], null);

    public static PlacementEvent Over(AttemptEnd how = AttemptEnd.Refused, int attempt = 1) =>
        new PlacementEvent.AttemptOver(attempt, how, null, null, ExcludesUnit: false, null, BackToTriage: false, By(null));

    public static PlacementEvent Cancelled { get; } = new PlacementEvent.Cancelled(CancelReason.SituationImproved, null);

    private static Deadline By(DateTimeOffset? at) => new(at ?? Bed.Noon.AddHours(1), Bed.Noon);

    private static Sealed Secret(SealPurpose purpose) => new("r1", purpose, new byte[] { 1, 2, 3 });
}
