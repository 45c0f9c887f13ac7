using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Placements;

/// <summary>What waiting asks for beside the deadline. Instants, references and how it is organised; no value about a child.</summary>
/// <param name="BridgingReviewed">The clock has asked for the plan's review.</param>
/// <param name="Warned">The warning of the three-month rule has been given.</param>
/// <param name="Registered">The three-month rule has fired: the request is with the expert team.</param>
/// <param name="DirectorBy">By when a process director must have been named; null when none is asked for or one is there.</param>
/// <param name="OverdueSince">The first deadline that was missed since somebody last moved the request, or null.</param>
public sealed record Care(
    CareDates Dates, Bridging? Bridging, bool BridgingReviewed, bool Warned, bool Registered, PersonRef? Director, Deadline? DirectorBy, DateTimeOffset? OverdueSince,
    VisitsAndTransport? Visits)
{
    /// <summary>From this level of escalation on the expert team sees and acts.</summary>
    public const int ExpertTeamLevel = 2;

    public const int EscalationMax = 4;

    public static readonly Care None = new(CareDates.None, null, false, false, false, null, null, null, null);
}

/// <summary>Dates of a request's care, each a clock of its own. Null: nothing is due.</summary>
/// <param name="WaitingFrom">From when the children wait: the earliest of what the referrer said, a Triage without a fitting place and the first ParkWaiting.</param>
/// <param name="Safety">By when the safety of the first child must have been assessed again. The score itself stands sealed.</param>
/// <param name="Hearing">Before when the court hears the case.</param>
/// <param name="NearThreeMonths">Three weeks before <paramref name="ThreeMonths"/>.</param>
/// <param name="ThreeMonths">When three months are over. Null also for a request to which the rule does not apply.</param>
public sealed record CareDates(DateTimeOffset? WaitingFrom, Deadline? Safety, DateTimeOffset? Hearing, DateTimeOffset? NearThreeMonths, DateTimeOffset? ThreeMonths)
{
    public static readonly CareDates None = new(null, null, null, null, null);
}

/// <summary>What dates are derived from: opened for one decision, never stored.</summary>
/// <param name="Protected">Whether a child has a protection measure: every legal basis but a voluntary one.</param>
/// <param name="Safety">Of each child that has been assessed.</param>
public sealed record CareFacts(bool Protected, DateTimeOffset? HearingBefore, ImmutableArray<SafetyFact> Safety)
{
    public static CareFacts Of(RequestFacts facts) => new(
        facts.Basis.Kind != LegalBasis.Voluntary, facts.Basis.HearingBefore, [.. facts.Children.Where(child => child.Safety is not null).Select(child => child.Safety!)]);
}

/// <summary>Care while waiting (<i>overbruggingszorg</i>).</summary>
/// <param name="ProviderId">Null where no organisation gives it, such as the family's own network.</param>
/// <param name="Until">Null while nobody knows.</param>
public sealed record Bridging(BridgingKind Kind, string? ProviderId, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset ReviewAt);

/// <summary>Supervised visits and transport taken over by another organisation.</summary>
/// <param name="ProviderId">Null: nobody has taken them over.</param>
public sealed record VisitsAndTransport(string? ProviderId, TextRef? Text);

public enum BridgingKind { IntensiveAmbulatory, Flits, Respite, Network, DayTreatment, ChildCare, StrengthenCurrentPlace, VideoCare, Other }

/// <summary>Nothing fits now, or it is better to wait.</summary>
public enum WaitReason { NoFit, Deliberate }

public enum CareDate { Safety, Hearing, NearThreeMonths, ThreeMonths, ProcessDirector, BridgingReview }
