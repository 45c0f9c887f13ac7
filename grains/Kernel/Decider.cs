using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>A grain's rules as four pure values: where it starts, what it says to a command, what an event does to it, and when it must act by itself.</summary>
/// <param name="Decide">Reads nothing but its arguments. The same arguments always give the same decision.</param>
/// <param name="Due">The next instant at which the grain must act by itself, as far as can be told at an instant, or null for never. When something
/// is owed already it is no later than that instant; then a look at the grain finds a step to ask.</param>
public sealed record Decider<TState, TCommand, TEvent>(
    TState Initial,
    Func<TState, TCommand, Context, Decision<TEvent>> Decide,
    Func<TState, TEvent, TState> Evolve,
    Func<TState, Policy, DateTimeOffset, DateTimeOffset?> Due)
{
    public TState Fold(TState state, IEnumerable<TEvent> events) => events.Aggregate(state, Evolve);
}

/// <summary>Facts to append, or a refusal to report; never both. No facts and no refusal means "already so".</summary>
public readonly record struct Decision<TEvent>(ImmutableArray<TEvent> Events, Refusal? Refusal);

public static class Decision
{
    public static Decision<TEvent> Accept<TEvent>(params ImmutableArray<TEvent> events) => new(events, null);

    public static Decision<TEvent> Already<TEvent>() => new([], null);

    public static Decision<TEvent> Refuse<TEvent>(Reason reason) => new([], new(reason));

    public static Decision<TEvent> Refuse<TEvent>(Reason reason, params ImmutableArray<(string Key, string Value)> details) =>
        new([], new(reason) { Details = details });
}

/// <summary>What a decision may know besides the state and the command.</summary>
/// <param name="Now">The larger of the node's clock and the last recorded instant of the streams decided on; whole microseconds.</param>
/// <param name="Policy">The region's numbers, with the version that the events record.</param>
public sealed record Context(DateTimeOffset Now, Origin Origin, Policy Policy);

/// <summary>Who asked, by which way, about which moment. Stands in every event.</summary>
/// <param name="Actor">A reference, never a name. <c>plek</c> for what a grain does by itself.</param>
/// <param name="Role">The role that was used.</param>
/// <param name="OccurredAt">When it happened in the world, by the caller's word; never after <c>RecordedAt</c>.</param>
/// <param name="SaidBy">Who at the provider said so, when the desk reports on behalf.</param>
public sealed record Origin(string Actor, string Role, Channel Channel, DateTimeOffset OccurredAt, PersonRef? SaidBy = null)
{
    public const string Self = "plek";

    public static Origin Clock(DateTimeOffset now) => new(Self, Self, Channel.Clock, now);
}

/// <summary>The way a fact came in. Stored by name: never rename one.</summary>
public enum Channel { Api, Desk, Phone, OnBehalfByPhone, Import, Integration, Clock }
