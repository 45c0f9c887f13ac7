using System.Buffers;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>How a message becomes bytes: protobuf or its JSON.</summary>
internal abstract class Format
{
    public static readonly Format Proto = new ProtoFormat();
    public static readonly Format Json = new JsonFormat();

    public abstract IMessage Parse(MessageDescriptor type, in ReadOnlySequence<byte> bytes);
    public abstract Payload Encode(IMessage message);

    private sealed class ProtoFormat : Format
    {
        public override IMessage Parse(MessageDescriptor type, in ReadOnlySequence<byte> bytes)
        {
            try
            {
                return type.Parser.ParseFrom(bytes);
            }
            catch (InvalidProtocolBufferException error)
            {
                throw RpcException.Malformed($"The message is not a {type.FullName}: {error.Message}");
            }
        }

        public override Payload Encode(IMessage message) => new(message);
    }

    private sealed class JsonFormat : Format
    {
        private static readonly JsonFormatter Formatter = new(JsonFormatter.Settings.Default);
        private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public override IMessage Parse(MessageDescriptor type, in ReadOnlySequence<byte> bytes)
        {
            string text;
            try
            {
                text = Utf8.GetString(bytes);
            }
            catch (DecoderFallbackException)
            {
                throw RpcException.Malformed("The message is not UTF-8.");
            }
            return JsonReading.Parse(type, text);
        }

        public override Payload Encode(IMessage message) => new(Formatter.Format(message));
    }
}

/// <summary>A message that is ready to be written, and its length in bytes.</summary>
internal readonly struct Payload
{
    private const int PieceBytesMax = 16 * 1024;

    private readonly IMessage? _message;
    private readonly string? _text;

    public Payload(IMessage message) => (_message, Size) = (message, message.CalculateSize());

    public Payload(string text) => (_text, Size) = (text, Encoding.UTF8.GetByteCount(text));

    public int Size { get; }

    public void WriteTo(IBufferWriter<byte> output)
    {
        if (Size == 0) return;
        if (_text is not null)
        {
            Encoding.UTF8.GetBytes(_text, output);
            return;
        }
        // One piece is written faster than many. Of Kestrel's writer nothing more may be asked before what it gave has been used.
        var piece = output.GetSpan(Math.Min(Size, PieceBytesMax));
        if (piece.Length < Size)
        {
            _message!.WriteTo(output);
        }
        else
        {
            _message!.WriteTo(piece[..Size]);
            output.Advance(Size);
        }
    }
}
