using System.Collections.Immutable;

namespace Gateway.Views;

/// <summary>All requests at one position and instant, by time to breach.</summary>
public sealed class RequestList : Published<RequestRow>
{
    private static readonly Comparer<RequestRow> ByPlace = Comparer<RequestRow>.Create((a, b) => a.Place.CompareTo(b.Place));

    internal static readonly RequestList Empty = new()
    {
        Version = 0,
        Position = 0,
        EvaluatedAt = DateTimeOffset.UnixEpoch,
        ValidUntil = null,
        ById = ImmutableDictionary.Create<string, RequestRow>(StringComparer.Ordinal),
        Sorted = ImmutableSortedSet.Create<RequestRow>(ByPlace),
    };

    public required ImmutableDictionary<string, RequestRow> ById { get; init; }

    public required ImmutableSortedSet<RequestRow> Sorted { get; init; }

    public override IEnumerable<RequestRow> Rows => Sorted;

    public RequestRow? Find(string requestId) => ById.GetValueOrDefault(requestId);

    /// <summary>At most <paramref name="max"/> rows after a place in the list. A row that moves between two pages, because its deadline does,
    /// may be seen twice or not at all; who needs every change watches.</summary>
    /// <param name="after">The place of the last row of the page before, or null for the first page.</param>
    public ImmutableArray<RequestRow> List(Func<RequestRow, bool> wants, RequestPlace? after, int max)
    {
        var rows = ImmutableArray.CreateBuilder<RequestRow>();
        for (var i = after is { } place ? FirstAfter(place) : 0; i < Sorted.Count && rows.Count < max; i++)
            if (wants(Sorted[i])) rows.Add(Sorted[i]);
        return rows.DrainToImmutable();
    }

    private int FirstAfter(RequestPlace place)
    {
        var (low, high) = (0, Sorted.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Sorted[middle].Place.CompareTo(place) <= 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
