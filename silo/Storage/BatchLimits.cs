using System.Collections.Immutable;
using System.Text;
using Grains.Kernel;

namespace Silo.Storage;

/// <summary>What every store refuses before it touches anything: one item beyond a limit is the host's mistake and stops the whole batch.
/// So the host looks at each item before it joins a batch.</summary>
internal static class BatchLimits
{
    private const int NameCharsMax = 64;
    private const int HashBytes = 32;

    public static void Check(IReadOnlyList<CommitItem> batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count is < 1 or > StoreLimits.BatchItemsMax) throw Beyond($"A batch has 1 to {StoreLimits.BatchItemsMax} items, not {batch.Count}.");
        foreach (var item in batch) Check(item);
    }

    public static void CheckMax(int max)
    {
        if (max is < 1 or > StoreLimits.ReadMax) throw Beyond($"A read takes 1 to {StoreLimits.ReadMax}, not {max}.");
    }

    /// <exception cref="ArgumentException">The item is beyond a limit.</exception>
    public static void Check(CommitItem item)
    {
        var appends = item.Appends;
        if (appends.IsDefault || appends.Length is < 1 or > StoreLimits.ItemAppendsMax)
            throw Beyond($"An item has 1 to {StoreLimits.ItemAppendsMax} appends.");
        if (item.Command is { } command) Check(command);

        var bytes = 0L;
        foreach (var append in appends) bytes += Check(append);
        if (bytes > StoreLimits.ItemBytesMax) throw Beyond($"An item has at most {StoreLimits.ItemBytesMax} bytes, not {bytes}.");
        if (!HasEachStreamOnce(appends)) throw Beyond("An item names each stream once.");
    }

    private static void Check(Command command)
    {
        if (command.Key.Caller is not { Length: >= 1 and <= NameCharsMax }) throw Beyond($"A caller has 1 to {NameCharsMax} characters.");
        if (command.Key.Id is not { Length: >= 1 and <= NameCharsMax }) throw Beyond($"A command id has 1 to {NameCharsMax} characters.");
        if (command.ContentHash.Length != HashBytes) throw Beyond($"A content hash has {HashBytes} bytes.");
    }

    private static long Check(Append append)
    {
        if (!IsKey(append.Stream.Key)) throw Beyond($"'{append.Stream.Key}' is no stream key: 1 to {NameCharsMax} characters of a-z, 0-9 and '-'.");
        if (append.Events.IsDefault || append.Events.Length > StoreLimits.AppendEventsMax)
            throw Beyond($"An append has at most {StoreLimits.AppendEventsMax} events.");
        var bytes = 0L;
        foreach (var e in append.Events)
        {
            if (e.Type is not { Length: >= 1 and <= NameCharsMax } || !Ascii.IsValid(e.Type)) throw Beyond($"An event's type is 1 to {NameCharsMax} ASCII characters.");
            if (e.Data.Length > StoreLimits.EventBytesMax) throw Beyond($"'{e.Type}' has {e.Data.Length} bytes, more than {StoreLimits.EventBytesMax}.");
            if (e.Id == Guid.Empty) throw Beyond($"'{e.Type}' has no id.");
            bytes += e.Data.Length;
        }
        return bytes;
    }

    private static bool HasEachStreamOnce(ImmutableArray<Append> appends)
    {
        if (appends.Length == 1) return true;
        var seen = new HashSet<StreamId>(appends.Length);
        foreach (var append in appends)
            if (!seen.Add(append.Stream)) return false;
        return true;
    }

    private static bool IsKey(string? key)
    {
        if (key is not { Length: >= 1 and <= NameCharsMax }) return false;
        foreach (var c in key)
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')) return false;
        return true;
    }

    private static ArgumentException Beyond(string limit) => new(limit);
}
