using System.Collections.Immutable;
using System.Globalization;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>A request as lists show it: where it stands and by when somebody must act. Nothing here is about a child.</summary>
/// <param name="Urgency">Null before Triage.</param>
/// <param name="Reporter">Whose request it is: the caller who submitted it.</param>
/// <param name="Deadline">Null in a final phase.</param>
/// <param name="Live">The attempt in progress, or null.</param>
/// <param name="Position">Of its last change.</param>
/// <param name="FinalAt">When it came to its end, or null.</param>
public sealed record RequestRow(
    string RequestId, PlacementPhase Phase, Urgency? Urgency, CrisisGrade Crisis, bool CrisisAsked, int Children, string Responsible, string Reporter,
    string Owner, DateTimeOffset SubmittedAt, DateTimeOffset? Deadline, int Escalation, Attempt? Live, long Position, DateTimeOffset? FinalAt) : IRow
{
    /// <summary>Units that are asked now, by number.</summary>
    public ImmutableArray<Enquiry> Enquiries { get; init; } = [];

    /// <summary>The request under which the children have a place already, when this one asks for another; else null.</summary>
    public string? TransferOf { get; init; }

    public string Key => RequestId;

    /// <summary>Dates of care, which say nothing about a child themselves.</summary>
    public Care Care { get; init; } = Care.None;

    public bool IsWaiting { get; init; }

    public bool IsExpertCase { get; init; }

    /// <summary>Nobody has acknowledged an alarm about it in time: "bel nu".</summary>
    public bool CallNow { get; init; }

    public RequestPlace Place => new(FinalAt is not null, FinalAt is { } at ? -at.UtcTicks : Deadline?.UtcTicks ?? 0, RequestId);
}

/// <summary>Where a row stands in the list: by time to breach, and after those what is final, the latest first. Also the mark between two pages.</summary>
public readonly record struct RequestPlace(bool Final, long Order, string RequestId) : IComparable<RequestPlace>
{
    public int CompareTo(RequestPlace other) =>
        (Final, Order).CompareTo((other.Final, other.Order)) is var order and not 0 ? order : string.CompareOrdinal(RequestId, other.RequestId);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(Final ? 'f' : 'l')}{Order}.{RequestId}");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out RequestPlace place)
    {
        place = default;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (dot < 2 || text[0] is not ('f' or 'l') || !long.TryParse(text.AsSpan(1, dot - 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var order)) return false;
        place = new(text[0] == 'f', order, text[(dot + 1)..]);
        return true;
    }
}
