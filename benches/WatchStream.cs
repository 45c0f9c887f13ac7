using System.Buffers.Binary;

namespace Bench;

/// <summary>A unit as a delta told it. <paramref name="At"/> is when its bytes were read, in ticks of the stopwatch.</summary>
internal readonly record struct Told(int Watcher, int Unit, long Position, long At);

/// <summary>One watcher's stream: takes bytes as they come, and of each message looks at positions and ids only.</summary>
/// <remarks>One thread at a time.</remarks>
internal sealed class WatchStream(int watcher, List<Told> told)
{
    /// <summary>A message with its envelope: an empty snapshot that is complete.</summary>
    public static readonly byte[] CompleteSnapshot = [0, 0, 0, 0, 4, (Snapshot << 3) | 2, 2, 2 << 3, 1];

    private const int Prefix = 5;
    private const int Snapshot = 1;
    private const int Delta = 2;
    private const int PositionOfSet = 3;
    private const int PositionOfHeartbeat = 1;
    private const int UnitId = 2;
    private const int PositionOfUnit = 17;

    private byte[] _part = new byte[1024];
    private int _filled;

    public bool Ready { get; private set; }
    public long Position { get; private set; }
    public int Deltas { get; private set; }
    public long Bytes { get; private set; }

    /// <summary>Messages whose position lay before that of an earlier one.</summary>
    public int OutOfOrder { get; private set; }

    public void Take(ReadOnlySpan<byte> bytes, long now)
    {
        Bytes += bytes.Length;
        while (bytes.Length > 0)
        {
            if (_filled == 0 && bytes.Length >= Prefix && bytes.Length >= Whole(bytes))
            {
                var whole = Whole(bytes);
                Read(bytes[Prefix..whole], now);
                bytes = bytes[whole..];
                continue;
            }
            // A message that ends in a later frame.
            var wanted = (_filled < Prefix ? Prefix : Whole(_part)) - _filled;
            var taken = Math.Min(wanted, bytes.Length);
            if (_part.Length < _filled + taken) Array.Resize(ref _part, Math.Max(2 * _part.Length, _filled + taken));
            bytes[..taken].CopyTo(_part.AsSpan(_filled));
            _filled += taken;
            bytes = bytes[taken..];
            if (_filled < Prefix || _filled < Whole(_part)) continue;
            Read(_part.AsSpan(Prefix, _filled - Prefix), now);
            _filled = 0;
        }
    }

    private static int Whole(ReadOnlySpan<byte> envelope) => Prefix + BinaryPrimitives.ReadInt32BigEndian(envelope[1..]);

    private void Read(ReadOnlySpan<byte> message, long now)
    {
        var outer = new WireReader(message);
        if (!outer.Next(out var kind, out _, out var content)) return;
        var inner = new WireReader(content);
        var (first, complete) = (told.Count, false);
        while (inner.Next(out var field, out var number, out var bytes))
        {
            if (field == 1 && kind == Delta) ReadUnit(bytes, now);
            else if (field == 2 && kind == Snapshot) complete = number == 1;
            else if (field == (kind is Snapshot or Delta ? PositionOfSet : PositionOfHeartbeat))
            {
                if ((long)number < Position) OutOfOrder++;
                Position = (long)number;
            }
        }
        if (kind == Delta) Deltas++;
        for (var i = first; i < told.Count; i++)
            if (told[i].Position > Position) OutOfOrder++; // A unit that is ahead of its own message.
        Ready |= complete;
    }

    private void ReadUnit(ReadOnlySpan<byte> bytes, long now)
    {
        var unit = new WireReader(bytes);
        var (number, position) = (-1, 0L);
        while (unit.Next(out var field, out var value, out var text))
        {
            if (field == UnitId) number = WatchRegion.UnitOf(text);
            else if (field == PositionOfUnit) position = (long)value;
        }
        told.Add(new(watcher, number, position, now));
    }
}

/// <summary>The fields of a protobuf message one after the other, without making anything of them.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> _rest = message;

    public bool Next(out int field, out ulong number, out ReadOnlySpan<byte> bytes)
    {
        (field, number) = (0, 0);
        bytes = default;
        if (_rest.IsEmpty) return false;
        var tag = Varint();
        field = (int)(tag >> 3);
        switch (tag & 7)
        {
            case 0: number = Varint(); break;
            case 1: _rest = _rest[8..]; break;
            case 2:
                var length = (int)Varint();
                bytes = _rest[..length];
                _rest = _rest[length..];
                break;
            case 5: _rest = _rest[4..]; break;
            default: throw new IOException("The server sent what is not a protobuf message.");
        }
        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = _rest[0];
            _rest = _rest[1..];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
    }
}
