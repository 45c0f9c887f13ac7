using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>A kind of grain as the host runs it: its decider and its stored form, without their types.</summary>
public sealed class GrainType
{
    private readonly Func<object, object, Context, (ImmutableArray<object> Events, Refusal? Refusal)> _decide;
    private readonly Func<object, object, object> _evolve;
    private readonly Func<object, Policy, DateTimeOffset, DateTimeOffset?> _due;

    private GrainType(
        GrainKind kind, EventJson json, object initial, Type stateType,
        Func<object, object, Context, (ImmutableArray<object>, Refusal?)> decide, Func<object, object, object> evolve,
        Func<object, Policy, DateTimeOffset, DateTimeOffset?> due, Func<StreamId, object, Head, Context, Step?> tick)
    {
        (Kind, Json, Initial, StateType, _decide, _evolve, _due, Tick) = (kind, json, initial, stateType, decide, evolve, due, tick);
    }

    public GrainKind Kind { get; }
    public EventJson Json { get; }
    public object Initial { get; }
    public Type StateType { get; }

    /// <summary>What a grain of this kind owes when it is due: a step, or null when it owes nothing any more.</summary>
    public Func<StreamId, object, Head, Context, Step?> Tick { get; }

    public static GrainType Of<TState, TCommand, TEvent>(
        GrainKind kind, Decider<TState, TCommand, TEvent> decider, Func<StreamId, Seen<TState>, Context, Step?> tick)
        where TState : class where TCommand : class where TEvent : class => new(
            kind, new EventJson(typeof(TEvent)), decider.Initial, typeof(TState),
            (state, command, context) =>
            {
                var decision = decider.Decide((TState)state, (TCommand)command, context);
                return (decision.Events.CastArray<object>(), decision.Refusal);
            },
            (state, fact) => decider.Evolve((TState)state, (TEvent)fact),
            (state, policy, now) => decider.Due((TState)state, policy, now),
            (stream, state, head, context) => tick(stream, new((TState)state, head), context));

    public (ImmutableArray<object> Events, Refusal? Refusal) Decide(object state, object command, Context context) => _decide(state, command, context);

    public object Evolve(object state, object fact) => fact is Fenced or Erased ? state : _evolve(state, fact);

    public DateTimeOffset? Due(object state, Policy policy, DateTimeOffset now) => _due(state, policy, now);
}
