using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace Gateway.Rpc;

internal static class Gzip
{
    /// <summary>Unpacks, and stops at the limit: a small request must not become a large message.</summary>
    public static ReadOnlySequence<byte> Unpack(in ReadOnlySequence<byte> packed, int bytesMax)
    {
        var output = new ArrayBufferWriter<byte>((int)Math.Min(bytesMax + 1L, Math.Max(256, packed.Length * 4)));
        using var unpack = new GZipStream(PipeReader.Create(packed).AsStream(), CompressionMode.Decompress);
        try
        {
            for (int read; (read = unpack.Read(output.GetSpan(4096))) > 0;)
            {
                output.Advance(read);
                if (output.WrittenCount > bytesMax) throw RpcException.TooLarge(bytesMax);
            }
        }
        catch (InvalidDataException)
        {
            throw RpcException.Malformed("The message is not gzip, although its headers say so.");
        }
        return new(output.WrittenMemory);
    }

    public static ReadOnlyMemory<byte> Pack(Payload payload)
    {
        var plain = new ArrayBufferWriter<byte>(payload.Size);
        payload.WriteTo(plain);
        using var packed = new MemoryStream();
        using (var pack = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) pack.Write(plain.WrittenSpan);
        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }
}
