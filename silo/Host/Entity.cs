using Grains.Kernel;

namespace Silo.Host;

/// <summary>One live grain on this node: its durable state, the state it will have when everything in flight is durable, and who waits for it.</summary>
/// <remarks>Touched by the host's loop alone.</remarks>
internal sealed class Entity(StreamId stream, GrainType type)
{
    public StreamId Stream { get; } = stream;
    public GrainType Type { get; } = type;

    public EntityPhase Phase { get; set; } = EntityPhase.Stale;

    /// <summary>What the next decision is made on: durable state plus everything in flight.</summary>
    public object State { get; set; } = type.Initial;
    public Head Head { get; set; } = Head.None;

    /// <summary>What readers see.</summary>
    public object DurableState { get; set; } = type.Initial;
    public Head DurableHead { get; set; } = Head.None;
    public long SnapshotVersion { get; set; }

    /// <summary>The last instant recorded in the stream: a decision's now is never before it.</summary>
    public DateTimeOffset RecordedAt { get; set; }

    /// <summary>Counts how often the speculation was dropped: an item of an earlier epoch says nothing about this one.</summary>
    public int Epoch { get; private set; }

    /// <summary>Items that name this stream and have no outcome yet.</summary>
    public int InFlight { get; set; }

    /// <summary>Set when a commit that wrote to this stream was lost on the way: nobody may say what happened until an append has moved the stream.</summary>
    public bool NeedsFence { get; set; }

    /// <summary>Why the stream cannot be served here: damaged data, or events newer than this program.</summary>
    public Exception? Fault { get; private set; }

    public Queue<Waiter> Waiting { get; } = new();
    public DateTimeOffset LastUsed { get; set; }

    public bool IsIdle => InFlight == 0 && Waiting.Count == 0 && Phase != EntityPhase.Loading && !NeedsFence;

    /// <summary>Forgets what was decided and is not durable. The stream is read again before the next decision.</summary>
    public void Drop()
    {
        Epoch++;
        if (Phase == EntityPhase.Live) Phase = EntityPhase.Stale;
    }

    public void Restore(Loaded loaded)
    {
        (State, Head) = (loaded.State, loaded.Head);
        (DurableState, DurableHead) = (loaded.State, loaded.Head);
        (SnapshotVersion, Phase, Fault) = (loaded.SnapshotVersion, EntityPhase.Live, null);
        if (loaded.RecordedAt > RecordedAt) RecordedAt = loaded.RecordedAt;
    }

    public void Break(Exception why) => (Phase, Fault) = (EntityPhase.Faulted, why);
}

internal enum EntityPhase
{
    /// <summary>Not read yet, or known to be behind; read when it is needed.</summary>
    Stale,
    Loading,
    Live,
    Faulted,
}

/// <summary>A stream as read from the store.</summary>
internal sealed record Loaded(object State, Head Head, long SnapshotVersion, DateTimeOffset RecordedAt);
