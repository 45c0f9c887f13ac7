namespace Gateway.Rpc;

/// <summary>What the gateway's protocol layer is built with. There is no default for who may call: without it nothing starts.</summary>
public sealed record RpcOptions
{
    public required Authenticate Authenticate { get; init; }
    public required Authorize Authorize { get; init; }

    /// <summary>The clock behind <see cref="Call.Now"/>. Deadlines and rates go by real time, whatever this clock says.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Ends all streams with UNAVAILABLE, so that clients go elsewhere while the process drains.</summary>
    public CancellationToken Stopping { get; init; }

    /// <summary>The largest request message in bytes, before and after decompression, where a method sets none. 4 MiB, gRPC's own default.</summary>
    public int InboundBytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Answers from this many bytes are compressed for clients that accept gzip. Below it the processor costs more than the bytes.</summary>
    public int CompressFromBytes { get; init; } = 4096;

    /// <summary>Calls a second that one caller may make for long.</summary>
    public int RatePerSecond { get; init; } = 200;

    /// <summary>Calls that one caller may make at once after a quiet time.</summary>
    public int RateBurst { get; init; } = 400;

    /// <summary>Callers counted apart. When more are busy at once, the newest share one count.</summary>
    public int RateCallersMax { get; init; } = 10_000;

    /// <summary>Streams that one caller may have open at once: a desk with several screens for each of its people.</summary>
    public int StreamsPerCallerMax { get; init; } = 250;
}
