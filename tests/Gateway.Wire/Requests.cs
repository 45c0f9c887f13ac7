using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Wire;

/// <summary>Right requests, which a test spoils or sends, and the road that they make together.</summary>
internal static class Requests
{
    public static string Fresh(string what = "c") => $"{what}-{Guid.NewGuid():N}";

    public static SubmitRequest Submit(string? token = null) => new()
    {
        CommandId = Fresh(),
        Children =
        {
            new Child { ChildToken = token ?? Fresh("kind"), AgeYears = 10, GenderNeed = GenderNeed.F, Specialisms = { Specialism.Trauma }, Infection = InfectionStatus.NoSymptoms },
        },
        Referral = new()
        {
            Kind = ReferrerKind.Access,
            Organisation = "Sociaal team Dordrecht",
            Contact = new() { Name = "Rik Referent", Phone = "078-0000009" },
            CaseLead = new() { Name = "Carla Casus" },
            Responsible = "GM0505",
            Origin = "GM0512",
        },
        CrisisAsked = true,
        HomePostcode4 = 3311,
        LegalBasis = new() { Kind = LegalBasis.SupervisionOrder, Status = LegalBasisStatus.Written },
    };

    public static TriageRequest Triage(SubmitResponse submitted) => new()
    {
        CommandId = Fresh(),
        RequestId = submitted.RequestId,
        Crisis = CrisisGrade.Acute,
        Children = { submitted.SubjectIds.Select(id => new ChildTriage { SubjectId = id, Safety = SafetyScore.Unsafe, Assessor = "gedragswetenschapper" }) },
        Alternatives =
        {
            System.Enum.GetValues<Alternative>().Where(a => a != Alternative.Unspecified)
                .Select(a => new AlternativeConsidered { Alternative = a, Possible = a == Alternative.Ambulatory, Why = "Besproken met het gezin" }),
        },
    };

    /// <summary>A request that is searched for, submitted by <paramref name="referrer"/>.</summary>
    public static async Task<SubmitResponse> SearchingAsync(PlekCaller referrer, PlekCaller desk)
    {
        var submitted = await referrer.CallAsync<SubmitResponse>(Submit());
        await desk.CallAsync<PhaseAnswer>(new StartTriageRequest { CommandId = Fresh(), RequestId = submitted.RequestId });
        await desk.CallAsync<TriageResponse>(Triage(submitted));
        return submitted;
    }

    public static OfferRequest Offer(string requestId, string facility = "de-kade", string unit = "de-kade-jong") =>
        new() { CommandId = Fresh(), RequestId = requestId, FacilityId = facility, UnitId = unit };

    public static ReportBedsRequest Report(int occupied, string facility = "de-kade", string unit = "de-kade-jong") =>
        new() { CommandId = Fresh(), FacilityId = facility, UnitId = unit, Occupied = occupied };

    public static Timestamp In(TimeSpan ahead) => Timestamp.FromDateTimeOffset(DateTimeOffset.UtcNow + ahead);
}
