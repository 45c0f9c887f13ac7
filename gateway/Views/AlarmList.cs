using System.Collections.Immutable;
using Grains.Kernel;

namespace Gateway.Views;

/// <summary>All alarms at one position and instant, those that need a call first.</summary>
public sealed class AlarmList : Published<AlarmRow>
{
    private static readonly Comparer<AlarmRow> ByPlace = Comparer<AlarmRow>.Create((a, b) =>
        (a.Place.Acknowledged, a.Place.Order).CompareTo((b.Place.Acknowledged, b.Place.Order)) is var order and not 0 ? order : string.CompareOrdinal(a.AlarmId, b.AlarmId));

    internal static readonly AlarmList Empty = new()
    {
        Version = 0,
        Position = 0,
        EvaluatedAt = DateTimeOffset.UnixEpoch,
        ValidUntil = null,
        Sorted = ImmutableSortedSet.Create<AlarmRow>(ByPlace),
        ById = ImmutableDictionary.Create<string, AlarmRow>(StringComparer.Ordinal),
        CallNow = [],
    };

    public required ImmutableSortedSet<AlarmRow> Sorted { get; init; }

    /// <summary>By every id under which it was raised.</summary>
    public required ImmutableDictionary<string, AlarmRow> ById { get; init; }

    /// <summary>What somebody must be called about.</summary>
    public required ImmutableHashSet<StreamId> CallNow { get; init; }

    public override IEnumerable<AlarmRow> Rows => Sorted;

    public AlarmRow? Find(string alarmId) => ById.GetValueOrDefault(alarmId);
}
