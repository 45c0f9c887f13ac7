using System.Diagnostics;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>One call as its handler sees it. Valid until the handler's answer is sent; not for use by two threads at once.</summary>
public sealed class Call : IDisposable
{
    /// <summary>A longer deadline is none. Timers reach 49 days; nobody waits for one of these.</summary>
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromDays(30);

    private readonly RpcOptions _options;
    private readonly long _arrived = Stopwatch.GetTimestamp();
    private TimeSpan? _timeout;
    private CancellationTokenSource? _cancel;
    private Caller? _caller;
    private bool _abandoned;

    internal Call(HttpContext http, Method method, Protocol protocol, RpcOptions options)
    {
        (Http, Method, Protocol, _options) = (http, method, protocol, options);
        Now = options.Clock.GetUtcNow();
    }

    /// <summary>When the call arrived, by the clock of the domain.</summary>
    public DateTimeOffset Now { get; }

    public Caller Caller { get => _caller ?? throw new InvalidOperationException("Not yet authenticated."); internal set => _caller = value; }

    public MethodDescriptor Descriptor => Method.Descriptor;

    /// <summary>Cancelled when the client vanishes, at the deadline, and for a stream when the process stops. A write that has begun may stand.</summary>
    /// <remarks>Made when first asked for: a call that never waits never pays for it.</remarks>
    public CancellationToken Cancel =>
        _timeout is null && !Method.Streams ? Http.RequestAborted : (_cancel ??= CancelSource()).Token;

    internal HttpContext Http { get; }
    internal Method Method { get; }
    internal Protocol Protocol { get; }
    internal int CompressFromBytes => _options.CompressFromBytes;
    internal int InboundBytesMax => Method.InboundBytesMax ?? _options.InboundBytesMax;
    // The timer may fire a moment before this clock agrees with it.
    internal bool DeadlinePassed =>
        _timeout is { } timeout && (Stopwatch.GetElapsedTime(_arrived) >= timeout || (_cancel is { IsCancellationRequested: true } && !Stopping && !ClientGone));
    internal bool HasDeadline => _timeout is not null;
    internal bool Stopping => Method.Streams && _options.Stopping.IsCancellationRequested;
    internal bool ClientGone => _abandoned || Http.RequestAborted.IsCancellationRequested;

    /// <summary>A header of the request, or null. Names are compared without regard to case.</summary>
    public string? Header(string name) => Http.Request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    internal void SetTimeout(TimeSpan timeout) => _timeout = timeout <= TimeoutMax ? timeout : null;

    /// <summary>Tells the handler that nobody reads its answers any more.</summary>
    internal void Abandon()
    {
        _abandoned = true;
        (_cancel ??= CancelSource()).Cancel();
    }

    public void Dispose() => _cancel?.Dispose();

    private CancellationTokenSource CancelSource()
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(Http.RequestAborted, Method.Streams ? _options.Stopping : CancellationToken.None);
        if (_timeout is { } timeout)
        {
            var left = timeout - Stopwatch.GetElapsedTime(_arrived);
            source.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
        return source;
    }
}
