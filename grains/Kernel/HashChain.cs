using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Grains.Kernel;

/// <summary>The log's chain: each batch's hash covers the hash before it and everything the batch wrote, in position order.</summary>
/// <remarks>
/// SHA-256 over: the previous hash (32 bytes; zeros at first), then per event, integers big-endian and texts as 4-byte length and UTF-8:
/// position (8), recorded at in microseconds since 1970 (8), stream, version (8), event id (16, big-endian), type, data (4-byte length and bytes).
/// </remarks>
public sealed class HashChain : IDisposable
{
    public static readonly ReadOnlyMemory<byte> Start = new byte[32];

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private byte[] _buffer = new byte[1024];

    public void Begin(ReadOnlyMemory<byte> previous) => _hash.AppendData(previous.Span);

    public void Add(long position, DateTimeOffset recordedAt, string stream, long version, Guid id, string type, ReadOnlySpan<byte> data)
    {
        var room = 8 + 8 + 4 + (3 * stream.Length) + 8 + 16 + 4 + (3 * type.Length) + 4;
        if (_buffer.Length < room) _buffer = new byte[room];
        var at = _buffer.AsSpan();
        BinaryPrimitives.WriteInt64BigEndian(at, position);
        BinaryPrimitives.WriteInt64BigEndian(at[8..], Micros.From(recordedAt));
        at = Text(at[16..], stream);
        BinaryPrimitives.WriteInt64BigEndian(at, version);
        id.TryWriteBytes(at[8..], bigEndian: true, out _);
        at = Text(at[24..], type);
        BinaryPrimitives.WriteInt32BigEndian(at, data.Length);
        _hash.AppendData(_buffer.AsSpan(0, _buffer.Length - at.Length + 4));
        _hash.AppendData(data);
    }

    public byte[] End() => _hash.GetHashAndReset();

    public void Dispose() => _hash.Dispose();

    private static Span<byte> Text(Span<byte> at, string text)
    {
        var length = Encoding.UTF8.GetBytes(text, at[4..]);
        BinaryPrimitives.WriteInt32BigEndian(at, length);
        return at[(4 + length)..];
    }
}

/// <summary>Instants as stored: whole microseconds since 1970, UTC.</summary>
public static class Micros
{
    public static long From(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
    public static DateTimeOffset ToInstant(long micros) => new(DateTimeOffset.UnixEpoch.Ticks + (micros * TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);
    public static DateTimeOffset Floor(DateTimeOffset at) => ToInstant(From(at));
}
