namespace Grains.Placements;

/// <summary>Where a request stands among those that wait (domain 5): safety score down, then overdue deadline, then length of wait, then id.
/// A total order: two places are equal only when they are one request's.</summary>
/// <param name="Safety">The worst of the children, however old; null where none is known, which comes after every score.</param>
/// <param name="OverdueSince">The first deadline missed, or null; the longest overdue comes first.</param>
public readonly record struct WaitingPlace(SafetyScore? Safety, DateTimeOffset? OverdueSince, DateTimeOffset WaitingFrom, string RequestId) : IComparable<WaitingPlace>
{
    public int CompareTo(WaitingPlace other)
    {
        var order = (-Known(Safety), OverdueSince ?? DateTimeOffset.MaxValue, WaitingFrom)
            .CompareTo((-Known(other.Safety), other.OverdueSince ?? DateTimeOffset.MaxValue, other.WaitingFrom));
        return order != 0 ? order : string.CompareOrdinal(RequestId, other.RequestId);
    }

    private static int Known(SafetyScore? safety) => safety is { } score ? (int)score : -1;
}
