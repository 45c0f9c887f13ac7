using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>What one wire protocol does with one call. Instances hold no state of a call and serve all calls at the same time.</summary>
internal abstract class Protocol
{
    /// <summary>Whether this protocol can carry such a method at all; if not, the content type is refused.</summary>
    public abstract bool Carries(Method method);

    /// <summary>Refuses what the headers make impossible, and takes the deadline from them.</summary>
    public abstract void Begin(Call call);

    /// <summary>Reads the one request message of a unary or server-streaming call, and sees that nothing follows it.</summary>
    public abstract ValueTask<IMessage> ReadAsync(Call call);

    /// <summary>The request messages of a call whose client streams, each read when it is asked for.</summary>
    public virtual IAsyncEnumerable<IMessage> ReadAllAsync(Call call) => throw new NotSupportedException();

    /// <summary>Writes the one answer of a unary call and ends it.</summary>
    public abstract ValueTask AnswerAsync(Call call, IMessage answer);

    /// <summary>Writes one message of a stream; done when the connection has taken it.</summary>
    public abstract ValueTask SendAsync(Call call, IMessage message);

    /// <summary>Ends a stream that went well.</summary>
    public abstract ValueTask EndAsync(Call call);

    /// <summary>Ends the call with a failure, wherever it stood.</summary>
    public abstract ValueTask FailAsync(HttpContext http, RpcException failure);
}
