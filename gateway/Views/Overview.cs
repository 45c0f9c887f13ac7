using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;

namespace Gateway.Views;

public enum GroupBy { Region, Municipality, UnitKind }

/// <summary>Totals of one position and instant. Cohorts and capacity kinds are never added together.</summary>
public sealed record Overview(ImmutableArray<OverviewRow> Rows, long Position, DateTimeOffset EvaluatedAt)
{
    public static Overview Of(CapacityView view, CapacityFilter filter, GroupBy by)
    {
        var totals = new SortedDictionary<(string Municipality, UnitKind Unit, CapacityKind Kind, Cohort Cohort), OverviewRow>(ByGroup);
        foreach (var entry in view.Rows)
        {
            if (!filter.Fits(entry)) continue;
            var unit = entry.Capacity;
            var municipality = by == GroupBy.Municipality ? entry.Facility.Municipality : null;
            UnitKind? kind = by == GroupBy.UnitKind ? entry.Unit.Profile.Kind : null;
            var group = (municipality ?? "", kind ?? default, unit.Kind, unit.Cohort);
            if (!totals.TryGetValue(group, out var row)) row = new(municipality, kind, CapacityTotals.Of(unit.Kind, unit.Cohort));
            totals[group] = row with { Totals = row.Totals.Add(unit) };
        }
        return new([.. totals.Values], view.Position, view.EvaluatedAt);
    }

    private static readonly Comparer<(string Municipality, UnitKind Unit, CapacityKind Kind, Cohort Cohort)> ByGroup =
        Comparer<(string Municipality, UnitKind Unit, CapacityKind Kind, Cohort Cohort)>.Create((a, b) =>
            string.CompareOrdinal(a.Municipality, b.Municipality) is var municipality and not 0 ? municipality
            : (a.Unit, a.Kind, a.Cohort).CompareTo((b.Unit, b.Kind, b.Cohort)));
}

/// <param name="Municipality">CBS code, when grouped by it.</param>
/// <param name="UnitKind">When grouped by it.</param>
public sealed record OverviewRow(string? Municipality, UnitKind? UnitKind, CapacityTotals Totals);
