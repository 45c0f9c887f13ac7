using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>Who is asked a place for: invented children, drawn from a request's dice.</summary>
internal static class Family
{
    private static readonly Specialism[] Asked =
        [Specialism.Trauma, Specialism.MildIntellectualDisability, Specialism.Psychiatry, Specialism.Autism, Specialism.Addiction];

    // A postcode in each municipality.
    private static readonly Dictionary<string, int> Homes = new(StringComparer.Ordinal)
    {
        ["GM0482"] = 2952,
        ["GM0505"] = 3311,
        ["GM0512"] = 4201,
        ["GM0523"] = 3371,
        ["GM0531"] = 3342,
        ["GM0590"] = 3353,
        ["GM0610"] = 3361,
        ["GM0642"] = 3331,
        ["GM1963"] = 3261,
        ["GM1978"] = 2971,
    };

    public static SubmitRequest Request(string id, string municipality, Dice dice, DateTimeOffset now)
    {
        var secure = dice.Percent(2);
        var age = dice.Weighted((dice.From(0, 5), 18), (dice.From(6, 11), 27), (dice.From(12, 17), 55));
        if (secure) age = Math.Max(age, 13);
        var infection = dice.Weighted((InfectionStatus.NoSymptoms, 88), (InfectionStatus.NotAsked, 9), (InfectionStatus.Contact, 2), (InfectionStatus.Suspected, 1));
        var siblings = secure ? 1 : dice.Weighted((1, 86), (2, 11), (3, 3));
        var request = new SubmitRequest
        {
            CrisisAsked = true,
            HomePostcode4 = Homes[municipality],
            MaxDistanceKm = dice.Percent(15) ? dice.From(10, 30) : 0,
            LegalBasis = Basis(secure, dice, now),
            Referral = new()
            {
                Kind = dice.Weighted((ReferrerKind.Access, 55), (ReferrerKind.CertifiedInstitution, 25), (ReferrerKind.VeiligThuis, 15), (ReferrerKind.ChildProtectionBoard, 5)),
                Organisation = $"Sociaal team {municipality}",
                Contact = new() { Name = $"Dienst van {municipality}", Phone = "000000" },
                Responsible = municipality,
                Origin = municipality,
            },
            TenableUntil = dice.Weighted<int?>((dice.From(30, 110), 10), (dice.From(130, 600), 20), (dice.From(1_500, 2_800), 30), (dice.From(3_000, 10_000), 20), (null, 20)) is { } minutes
                ? now.AddMinutes(minutes).ToTimestamp() : null,
        };
        for (var i = 0; i < siblings; i++)
        {
            var child = new Child
            {
                ChildToken = $"zhz-kind-{id}-{(char)('a' + i)}",
                AgeYears = Math.Clamp(age + (3 * i) - (siblings - 1), 0, 17),
                GenderNeed = secure ? dice.Of([GenderNeed.F, GenderNeed.M]) : dice.Weighted((GenderNeed.Any, 70), (GenderNeed.F, 15), (GenderNeed.M, 15)),
                Security = secure ? Security.Secure : Security.Open,
                Infection = infection,
            };
            if (dice.Percent(30)) child.Specialisms.Add(dice.Of(Asked));
            request.Children.Add(child);
        }
        return request;
    }

    public static TriageRequest Triage(SubmitResponse submitted, Dice dice, LegalBasisFact? basis) => new()
    {
        RequestId = submitted.RequestId,
        Crisis = dice.Percent(60) ? CrisisGrade.Acute : CrisisGrade.Urgent,
        LegalBasis = basis,
        Children = { submitted.SubjectIds.Select(subject => new ChildTriage { SubjectId = subject, Safety = Score(dice), Assessor = "gedragswetenschapper" }) },
        Alternatives =
        {
            System.Enum.GetValues<Alternative>().Where(alternative => alternative != Alternative.Unspecified)
                .Select(alternative => new AlternativeConsidered { Alternative = alternative, Possible = dice.Percent(5), Why = "Besproken met het gezin en de verwijzer." }),
        },
    };

    public static SafetyScore Score(Dice dice) =>
        dice.Weighted((SafetyScore.Safe, 10), (SafetyScore.ReasonablySafe, 45), (SafetyScore.Unsafe, 35), (SafetyScore.VeryUnsafe, 10));

    public static LegalBasisFact Written { get; } = new() { Kind = LegalBasis.SupervisionOrder, Status = LegalBasisStatus.Written };

    private static LegalBasisFact Basis(bool secure, Dice dice, DateTimeOffset now)
    {
        if (secure) return new() { Kind = LegalBasis.SecureOrder, Status = LegalBasisStatus.Written, StatementForSecureStay = true };
        var kind = dice.Weighted(
            (LegalBasis.Voluntary, 55), (LegalBasis.SupervisionOrder, 22), (LegalBasis.ProvisionalSupervision, 8), (LegalBasis.Guardianship, 5), (LegalBasis.EmergencyRemoval, 10));
        return new()
        {
            Kind = kind,
            Status = dice.Weighted((LegalBasisStatus.Written, 75), (LegalBasisStatus.OralDecision, 15), (LegalBasisStatus.AppliedFor, 10)),
            HearingBefore = kind == LegalBasis.EmergencyRemoval ? now.AddDays(14).ToTimestamp() : null,
        };
    }
}
