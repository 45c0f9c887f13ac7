using Grains.Kernel;

namespace Gateway.Views;

/// <summary>What a view showed at one moment. It never changes; whoever holds it reads one position and one instant.</summary>
/// <typeparam name="TRow">Immutable too.</typeparam>
public abstract class Published<TRow>
{
    /// <summary>Counts the publications that changed a row. It has a meaning within one process only.</summary>
    public required long Version { get; init; }

    public required long Position { get; init; }

    public required DateTimeOffset EvaluatedAt { get; init; }

    /// <summary>Everything here stays true until this instant unless an event says otherwise. Null: for good.</summary>
    public required DateTimeOffset? ValidUntil { get; init; }

    public abstract IEnumerable<TRow> Rows { get; }

    /// <summary>The latest instant up to <paramref name="now"/> at which this is known to be true.</summary>
    public DateTimeOffset TrueAt(DateTimeOffset now)
    {
        if (ValidUntil <= now) now = ValidUntil.Value - TimeSpan.FromMicroseconds(1);
        return now > EvaluatedAt ? Micros.Floor(now) : EvaluatedAt;
    }
}

/// <summary>A row that watchers follow under a key that never changes.</summary>
public interface IRow
{
    string Key { get; }
}

/// <summary>One row became another, or came (<paramref name="Before"/> is null), or went (<paramref name="After"/> is null); never neither.</summary>
public readonly record struct Change<TRow>(TRow? Before, TRow? After) where TRow : class, IRow
{
    public string Key => (After ?? Before)!.Key;
}
