using System.Collections.Immutable;
using Grains.Facilities;

namespace Grains.Placements;

/// <summary>What a request says about its children: sealed as one value under the request's key. In memory only while it is decided on.</summary>
/// <param name="Children">1 to 4 who must stay together.</param>
/// <param name="HomePostcode4">1000 to 9999.</param>
/// <param name="MaxDistanceKm">1 to 300, straight line from home; null for no limit.</param>
/// <param name="TenableUntil">Until when the present situation can be borne.</param>
public sealed record RequestFacts(
    ImmutableArray<ChildFacts> Children, int HomePostcode4, int? SchoolPostcode4, int? MaxDistanceKm, DateTimeOffset? TenableUntil,
    LegalBasisFact Basis)
{
    /// <summary>Secure places need a written or oral secure order that is still valid; nothing else opens them.</summary>
    public bool HasSecureBasisAt(DateTimeOffset instant) =>
        Basis is { Kind: LegalBasis.SecureOrder, Status: not LegalBasisStatus.AppliedFor } && !(Basis.ValidUntil <= instant);
}

/// <param name="SubjectId">The random id behind the child's token.</param>
/// <param name="AgeYears">0 to 22.</param>
public sealed record ChildFacts(
    string SubjectId, int AgeYears, GenderNeed GenderNeed, Security Security, ImmutableArray<Specialism> Specialisms, bool ParentChild,
    bool Medical, bool Wheelchair, SafetyFact? Safety = null);

/// <param name="By">Who assessed.</param>
public sealed record SafetyFact(SafetyScore Score, string By, DateTimeOffset At);

/// <param name="StatementForSecureStay">Whether an independent behavioural scientist agreed to a secure stay; null when not asked.</param>
public sealed record LegalBasisFact(
    LegalBasis Kind, LegalBasisStatus Status, DateTimeOffset? ValidUntil = null, DateTimeOffset? HearingBefore = null, bool? StatementForSecureStay = null);

/// <summary>Each child's infection as last asked: sealed apart from the rest, because it is erased earlier.</summary>
public sealed record InfectionFacts(ImmutableSortedDictionary<string, InfectionFact> BySubject)
{
    public static readonly InfectionFacts None = new(ImmutableSortedDictionary.Create<string, InfectionFact>(StringComparer.Ordinal));
}

public sealed record InfectionFact(InfectionStatus Status, DateTimeOffset AsOf);
