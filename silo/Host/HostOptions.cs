using System.ComponentModel.DataAnnotations;

namespace Silo.Host;

/// <summary>The host's limits. Each is there so that a flood is answered with "unavailable, retry" and never with memory.</summary>
public sealed record HostOptions
{
    /// <summary>Steps of one grain that are decided and not yet durable, or wait for it. Default 1,024.</summary>
    [Range(1, 100_000)] public int MailboxMax { get; init; } = 1_024;

    /// <summary>Steps in the whole host that are not answered yet. Default 16,384.</summary>
    [Range(1, 1_000_000)] public int StepsMax { get; init; } = 16_384;

    /// <summary>Items in one commit. Default 512: beyond it the flush gets no cheaper and the wait gets longer.</summary>
    [Range(1, 1_024)] public int BatchItems { get; init; } = 512;

    /// <summary>Bytes of event data in one commit, apart from a single larger item. Default 4 MiB.</summary>
    [Range(1, 64 * 1024 * 1024)] public int BatchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How often a step is decided again after a rival's write before the answer is "unavailable". Default 8.</summary>
    [Range(1, 100)] public int AttemptsMax { get; init; } = 8;

    /// <summary>Events since the last snapshot after which a new one is kept. Default 100.</summary>
    [Range(1, 1_000_000)] public int SnapshotEvery { get; init; } = 100;

    /// <summary>How long a grain without work stays in memory. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")] public TimeSpan IdleMax { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a claimed due stream belongs to this node. Default 30 s; a node that dies loses it then.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")] public TimeSpan DueLease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause between two looks for due grains. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")] public TimeSpan DuePoll { get; init; } = TimeSpan.FromSeconds(1);
}
