using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>A method and its handler, without the types of its messages, so that the protocols are written once. Exactly one handler is set.</summary>
internal sealed class Method(MethodDescriptor descriptor, int? inboundBytesMax)
{
    public MethodDescriptor Descriptor { get; } = descriptor;
    public string Path { get; } = $"/{descriptor.Service.FullName}/{descriptor.Name}";
    public int? InboundBytesMax { get; } = inboundBytesMax;

    public Func<IMessage, Call, ValueTask<IMessage>>? Unary { get; init; }
    public Func<IMessage, Call, IAsyncEnumerable<IMessage>>? Stream { get; init; }
    public Func<IAsyncEnumerable<IMessage>, Call, IAsyncEnumerable<IMessage>>? Both { get; init; }

    public bool Streams => Unary is null;
}
