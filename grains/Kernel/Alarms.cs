using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>What a grain keeps of the alarms about it: which were acknowledged, so that doing it twice says nothing new.</summary>
public static class Alarms
{
    /// <summary>A second tap comes within minutes; an alarm that left this list is acknowledged once more at worst.</summary>
    public const int AcknowledgedMax = 50;

    public static ImmutableArray<string> Keep(ImmutableArray<string> acknowledged, string alarmId) =>
        (acknowledged.Length < AcknowledgedMax ? acknowledged : acknowledged.RemoveAt(0)).Add(alarmId);
}
