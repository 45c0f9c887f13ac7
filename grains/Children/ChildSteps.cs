using Grains.Kernel;

namespace Grains.Children;

/// <summary>Plans what two children ask of each other.</summary>
public static class ChildSteps
{
    /// <summary>Two subjects turn out to be one child. The one with a live request or an open occupancy stays, else the first.</summary>
    /// <remarks>Where both have one, the second is asked and refuses.</remarks>
    public static Step Link(Command command, Origin origin, (string Subject, Seen<ChildState> Seen) first, (string Subject, Seen<ChildState> Seen) second)
    {
        var (kept, gone) = second.Seen.State.IsLive && !first.Seen.State.IsLive ? (second, first) : (first, second);
        var stream = StreamId.Child(kept.Subject);
        return new(command, origin, stream,
        [
            new(StreamId.Child(gone.Subject), new ChildCommand.LinkTo(kept.Subject), gone.Seen.Head),
            new(stream, new ChildCommand.TakeIn(gone.Subject), kept.Seen.Head),
        ]);
    }
}
