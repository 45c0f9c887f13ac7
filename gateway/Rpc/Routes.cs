using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>Which handler answers which method. Filled at start by one thread, then only read.</summary>
public sealed class Routes
{
    private readonly Dictionary<string, Method> _byPath = new(StringComparer.Ordinal);

    /// <summary>Every method served, in the order of registration.</summary>
    public IEnumerable<MethodDescriptor> Methods => _byPath.Values.Select(m => m.Descriptor);

    /// <param name="inboundBytesMax">For a method whose requests may be larger than <see cref="RpcOptions.InboundBytesMax"/>, such as an import.</param>
    public Routes Unary<TRequest, TResponse>(
        MethodDescriptor method, Func<TRequest, Call, ValueTask<TResponse>> handler, int? inboundBytesMax = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add<TRequest, TResponse>(new(method, inboundBytesMax) { Unary = (request, call) => Widen(handler((TRequest)request, call)) }, false, false);

    /// <summary>The handler is asked for its next message only after the one before has left: a slow reader slows it and nothing piles up.</summary>
    /// <remarks>It must end when <see cref="Call.Cancel"/> is cancelled, which is soon after the client vanishes.</remarks>
    public Routes ServerStream<TRequest, TResponse>(
        MethodDescriptor method, Func<TRequest, Call, IAsyncEnumerable<TResponse>> handler, int? inboundBytesMax = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add<TRequest, TResponse>(new(method, inboundBytesMax) { Stream = (request, call) => handler((TRequest)request, call) }, false, true);

    /// <summary>Both sides stream; in gRPC only. For reflection: our own services have no use for it.</summary>
    internal Routes Both<TRequest, TResponse>(MethodDescriptor method, Func<IAsyncEnumerable<IMessage>, Call, IAsyncEnumerable<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add<TRequest, TResponse>(new(method, null) { Both = handler }, true, true);

    internal FrozenDictionary<string, Method> Freeze() => _byPath.ToFrozenDictionary(StringComparer.Ordinal);

    private Routes Add<TRequest, TResponse>(Method method, bool clientStreams, bool serverStreams)
    {
        var proto = method.Descriptor;
        if (proto.InputType.ClrType != typeof(TRequest) || proto.OutputType.ClrType != typeof(TResponse)
            || proto.IsClientStreaming != clientStreams || proto.IsServerStreaming != serverStreams)
        {
            throw new ArgumentException($"The handler's shape is not that of {proto.FullName} in its proto.");
        }
        _byPath.Add(method.Path, method);
        return this;
    }

    private static ValueTask<IMessage> Widen<TResponse>(ValueTask<TResponse> answer) where TResponse : class, IMessage =>
        answer.IsCompletedSuccessfully ? new(answer.Result) : Later(answer);

    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<IMessage> Later<TResponse>(ValueTask<TResponse> answer) where TResponse : class, IMessage =>
        await answer.ConfigureAwait(false);
}
