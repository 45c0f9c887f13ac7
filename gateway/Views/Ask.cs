using Grains.Facilities;

namespace Gateway.Views;

/// <summary>A unit asked for a place, by offer or by enquiry, and what it said. Nothing here is about a child.</summary>
/// <param name="AskedAt">When the question was recorded.</param>
/// <param name="End">Null while it can be answered.</param>
/// <param name="Code">Set when <paramref name="End"/> is Refused.</param>
/// <param name="EndedAt">When the end was recorded; for a consent or a refusal the moment of the answer.</param>
public sealed record Ask(
    string FacilityId, string UnitId, DateTimeOffset AskedAt, AskEnd? End = null, RefusalCode? Code = null, DateTimeOffset? EndedAt = null);

/// <summary>How a question ended. Revoked: a shortfall took the place back before an answer. Withdrawn: the desk stopped asking, or found a place elsewhere.</summary>
public enum AskEnd { Consented, Refused, NoAnswer, Revoked, Withdrawn }

/// <param name="Enquiry">Whether <paramref name="Number"/> counts enquiries, or else attempts.</param>
public readonly record struct AskId(string RequestId, bool Enquiry, int Number);
