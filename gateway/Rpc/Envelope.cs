using System.Buffers;
using System.Buffers.Binary;

namespace Gateway.Rpc;

/// <summary>
/// Both protocols put 5 bytes before each message of a stream: one of flags, and the length of the message as 4 bytes, big-endian.
/// Bit 0 of the flags says "compressed" in both; bit 1 says "end of stream" in Connect and nothing in gRPC.
/// </summary>
internal static class Envelope
{
    public const int PrefixBytes = 5;
    public const byte Compressed = 1;
    public const byte EndOfStream = 2;

    /// <summary>Refuses a body of one envelope as soon as its prefix is wrong, without waiting for what it announces.</summary>
    public static void CheckOnly(in ReadOnlySequence<byte> body, int bytesMax, bool atEnd)
    {
        if (body.Length < PrefixBytes)
        {
            if (atEnd) throw RpcException.Malformed(body.IsEmpty ? "The request has no message." : "The message is cut off.");
            return;
        }
        var (_, length) = Prefix(body);
        if (length > bytesMax) throw RpcException.TooLarge(bytesMax);
        if (body.Length > PrefixBytes + length) throw RpcException.Malformed("The request has more than one message.");
        if (atEnd && body.Length < PrefixBytes + length) throw RpcException.Malformed("The message is cut off.");
    }

    /// <summary>Takes the first envelope off <paramref name="body"/>; false when it is not yet all there.</summary>
    public static bool TryTake(ref ReadOnlySequence<byte> body, int bytesMax, out byte flags, out ReadOnlySequence<byte> message)
    {
        (flags, message) = (0, default);
        if (body.Length < PrefixBytes) return false;
        (flags, var length) = Prefix(body);
        if (length > bytesMax) throw RpcException.TooLarge(bytesMax);
        if (body.Length < PrefixBytes + length) return false;
        message = body.Slice(PrefixBytes, length);
        body = body.Slice(PrefixBytes + length);
        return true;
    }

    public static void Write(IBufferWriter<byte> output, byte flags, in Payload payload)
    {
        WritePrefix(output, flags, payload.Size);
        payload.WriteTo(output);
    }

    public static void Write(IBufferWriter<byte> output, byte flags, ReadOnlySpan<byte> message)
    {
        WritePrefix(output, flags, message.Length);
        output.Write(message);
    }

    private static void WritePrefix(IBufferWriter<byte> output, byte flags, int length)
    {
        var prefix = output.GetSpan(PrefixBytes);
        prefix[0] = flags;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        output.Advance(PrefixBytes);
    }

    private static (byte Flags, long Length) Prefix(in ReadOnlySequence<byte> body)
    {
        Span<byte> prefix = stackalloc byte[PrefixBytes];
        body.Slice(0, PrefixBytes).CopyTo(prefix);
        return (prefix[0], BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]));
    }
}
