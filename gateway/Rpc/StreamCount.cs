using System.Collections.Concurrent;

namespace Gateway.Rpc;

/// <summary>How many streams each caller has open: each costs memory and a look at every change, for as long as it stays.</summary>
/// <remarks>Safe to call at the same time.</remarks>
internal sealed class StreamCount(int streamsPerCallerMax)
{
    private readonly ConcurrentDictionary<string, int> _open = new(StringComparer.Ordinal);

    /// <exception cref="RpcException"><see cref="Code.ResourceExhausted"/>, reason TOO_MANY_STREAMS.</exception>
    public void Open(string caller)
    {
        if (_open.AddOrUpdate(caller, 1, static (_, count) => count + 1) <= streamsPerCallerMax) return;
        Close(caller);
        throw new RpcException(Code.ResourceExhausted, "TOO_MANY_STREAMS", $"One caller may have {streamsPerCallerMax} streams open; close one first.");
    }

    public void Close(string caller)
    {
        // The last one leaves no entry behind; it is removed only while it still says 0.
        if (_open.AddOrUpdate(caller, 0, static (_, count) => count - 1) == 0) _open.TryRemove(new(caller, 0));
    }
}
