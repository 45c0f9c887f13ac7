using Grains.Kernel;

namespace Gateway.Views;

/// <summary>Something kept in memory about the log: a function of its events up to a position, and of an instant.</summary>
/// <remarks>Only the <see cref="FeedFollower"/> calls these members, one call at a time. Readers take what was published last.</remarks>
public interface IView
{
    /// <summary>Why this view can say nothing any more, or null. It then stays as it is, and its readers are told.</summary>
    Exception? Trouble { get; }

    /// <summary>The next instant at which the view changes by time alone, or null.</summary>
    DateTimeOffset? ValidUntil { get; }

    bool Follows(GrainKind kind);

    /// <summary>Takes one event in. Nothing of it is seen before <see cref="Publish"/>.</summary>
    void Apply(Fact fact, long position);

    /// <summary>Shows readers everything applied so far, as it is at an instant. An instant before the last one counts as the last one.</summary>
    void Publish(long position, DateTimeOffset instant);

    /// <summary>An event could not be taken in; it is never left out in silence.</summary>
    void Fail(Exception why);
}
