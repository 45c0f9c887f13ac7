using System.Collections.Immutable;
using Gateway.Rpc;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;
using OwnFacilities = Grains.Facilities;

namespace Gateway.Services;

/// <summary>The checks of what a request says about its children and their situation.</summary>
internal static class Submission
{
    public const int ChildrenMax = 4;
    public const int DistanceMaxKm = 300;
    private const int SpecialismsMax = 8;
    private static readonly TimeSpan TenableMax = TimeSpan.FromDays(366);

    /// <param name="freshTokens">Whether a child may come without a token, as the desk's children who are phoned in do.</param>
    public static void CheckChildren(SubmitRequest request, bool freshTokens)
    {
        Fields.Count(request.Children, 1, ChildrenMax, "children");
        for (var i = 0; i < request.Children.Count; i++)
        {
            var (child, at) = (request.Children[i], $"children[{i}]");
            Fields.ChildToken(child.ChildToken, freshTokens ? 0 : 1, $"{at}.child_token");
            Fields.Number(child.HasAgeYears, child.AgeYears, 0, 22, $"{at}.age_years");
            Fields.Count(child.Specialisms, 0, SpecialismsMax, $"{at}.specialisms");
            Fields.Distinct(child.Specialisms.Select(s => $"{s}"), $"{at}.specialisms");
        }
        Fields.Distinct(request.Children.Select(child => child.ChildToken).Where(token => token.Length > 0), "children");
    }

    /// <param name="subjects">One per child, in their order.</param>
    public static RequestFacts Facts(SubmitRequest request, ImmutableArray<string> subjects, DateTimeOffset at) => new(
        [.. request.Children.Select((child, i) => Child(child, subjects[i], $"children[{i}]"))],
        Check.Range(request.HomePostcode4, 1000, 9999, "home_postcode4"),
        request.SchoolPostcode4 == 0 ? null : Check.Range(request.SchoolPostcode4, 1000, 9999, "school_postcode4"),
        request.MaxDistanceKm == 0 ? null : Check.Range(request.MaxDistanceKm, 1, DistanceMaxKm, "max_distance_km"),
        TenableUntil(request.TenableUntil, at),
        Basis(Check.Given(request.LegalBasis, "legal_basis")));

    public static InfectionFacts Infection(SubmitRequest request, ImmutableArray<string> subjects, DateTimeOffset at) => InfectionFacts.None with
    {
        BySubject = InfectionFacts.None.BySubject.AddRange(request.Children.Select((child, i) => KeyValuePair.Create(
            subjects[i], Infection(child.Infection, child.InfectionAsOf, at, $"children[{i}].infection") ?? new(Own.InfectionStatus.NotAsked, at)))),
    };

    /// <summary>Null for unspecified.</summary>
    public static InfectionFact? Infection(
        Plek.V1.InfectionStatus status, Google.Protobuf.WellKnownTypes.Timestamp? asOf, DateTimeOffset at, string field) =>
        Fields.OptionalWord<Plek.V1.InfectionStatus, Own.InfectionStatus>(status, field) is { } known
            ? new(known, Fields.Past(asOf, at, $"{field}_as_of") ?? at)
            : null;

    /// <summary>It may lie in the past: then it is urgent.</summary>
    public static DateTimeOffset? TenableUntil(Google.Protobuf.WellKnownTypes.Timestamp? value, DateTimeOffset at) =>
        Fields.Instant(value, "tenable_until") is not { } until ? null
        : until <= at + TenableMax ? until
        : throw RpcException.Invalid("tenable_until", "must lie at most 1 year ahead");

    public static Own.LegalBasisFact Basis(Plek.V1.LegalBasisFact basis) => new(
        Fields.Word<Plek.V1.LegalBasis, Own.LegalBasis>(basis.Kind, "legal_basis.kind"),
        Fields.Word<Plek.V1.LegalBasisStatus, Own.LegalBasisStatus>(basis.Status, "legal_basis.status"),
        Fields.Instant(basis.ValidUntil, "legal_basis.valid_until"), Fields.Instant(basis.HearingBefore, "legal_basis.hearing_before"),
        basis.HasStatementForSecureStay ? basis.StatementForSecureStay : null);

    private static ChildFacts Child(Child child, string subject, string at) => new(
        subject, child.AgeYears,
        Fields.OptionalWord<Plek.V1.GenderNeed, Own.GenderNeed>(child.GenderNeed, $"{at}.gender_need") ?? Own.GenderNeed.Any,
        Fields.OptionalWord<Plek.V1.Security, OwnFacilities.Security>(child.Security, $"{at}.security") ?? OwnFacilities.Security.Open,
        [.. child.Specialisms.Select(s => Fields.Word<Plek.V1.Specialism, OwnFacilities.Specialism>(s, $"{at}.specialisms"))],
        child.ParentChild, child.Medical, child.Wheelchair);
}
