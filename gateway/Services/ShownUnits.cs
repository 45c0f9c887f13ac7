using System.Runtime.CompilerServices;
using Gateway.Views;

namespace Gateway.Services;

/// <summary>What changed as watchers are shown it: made once for all who see it exactly, and once for all who see it in bands.</summary>
/// <remarks>Safe from any thread. A message lives as long as its entry, so at most two of about 1 KB for each unit; who shows one must not change it.</remarks>
internal static class ShownUnits
{
    private static readonly ConditionalWeakTable<UnitEntry, Plek.V1.UnitCapacity> Exactly = [];
    private static readonly ConditionalWeakTable<UnitEntry, Plek.V1.UnitCapacity> InBands = [];

    public static Plek.V1.UnitCapacity Of(UnitEntry entry, bool exactly) =>
        exactly ? Exactly.GetValue(entry, static unit => Show.Unit(unit, exactly: true)) : InBands.GetValue(entry, static unit => Show.Unit(unit, exactly: false));
}
