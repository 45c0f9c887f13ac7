using System.Security.Cryptography;
using Grains.Kernel;

namespace Store.Crash;

/// <summary>Batches that both the process that dies and the test that looks afterwards can name.</summary>
public static class Batches
{
    /// <summary>Events of one batch: two of the facility and one of the batch's placement.</summary>
    public const int EventsEach = 3;

    public static readonly StreamId Facility = StreamId.Facility("de-wending");

    public static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);

    public static StreamId Placement(int batch) => StreamId.Placement($"p-{batch}");

    public static Command Command(int batch, int item) => new(new("desk", $"{batch}-{item}"), SHA256.HashData([(byte)batch, (byte)item]));

    /// <summary>A joint item with a due and a command, one that was pipelined on it, and one that only checks.</summary>
    public static CommitItem[] Batch(int number)
    {
        var first = new Append(Facility, number == 1 ? Head.None : new((number - 1) * 2, EventId(number - 1, 1)), [Event(number, 0)], Due.Keep);
        var opened = new Append(Placement(number), Head.None, [Event(number, 2)], Due.Next(Noon.AddMinutes(number)));
        var second = new Append(Facility, first.HeadAfter, [Event(number, 1)], Due.Keep);
        return
        [
            new([first, opened], Command(number, 0), Remember: true, Noon),
            new([second], Command(number, 1), Remember: true, Noon),
            new([new(Facility, second.HeadAfter, [], Due.Keep)], null, Remember: false, Noon),
        ];
    }

    private static NewEvent Event(int batch, int index) => new(EventId(batch, index), "Numbered/1", "{}"u8.ToArray());

    private static Guid EventId(int batch, int index) => new(batch, (short)index, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}
