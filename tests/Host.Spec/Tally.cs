using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Regions;

namespace Host.Spec;

/// <summary>A grain small enough to see through: it adds up to a limit of 10, and owes a reset at an instant that it is told.</summary>
public static class Tally
{
    public abstract record Event
    {
        public sealed record Added(int Amount) : Event;
        public sealed record ResetPlanned(DateTimeOffset At) : Event;
        public sealed record Reset : Event;
        public sealed record Said(string Text) : Event;
    }

    public sealed record State(int Sum, DateTimeOffset? ResetAt, int Added)
    {
        public static readonly State None = new(0, null, 0);
    }

    public abstract record Command
    {
        public sealed record Add(int Amount, DateTimeOffset? Before = null) : Command;
        public sealed record PlanReset(DateTimeOffset At) : Command;
        public sealed record Reset : Command;
        public sealed record Break : Command;
        public sealed record Say(int Chars) : Command;
    }

    public const int Limit = 10;

    private static readonly Decider<State, Command, Event> Decider = new(State.None, Decide, Evolve, (state, _, _) => state.ResetAt);

    public static readonly ImmutableArray<GrainType> Types =
    [
        GrainType.Of(GrainKind.Facility, Decider, Tick),
        GrainType.Of(GrainKind.Placement, Decider, Tick),
        GrainType.Of(
            GrainKind.Region,
            new Decider<RegionState, RegionCommand, RegionEvent>(RegionState.None, (_, _, _) => Decision.Already<RegionEvent>(), (state, _) => state, (_, _, _) => null),
            (_, _, _) => null),
    ];

    private static Decision<Event> Decide(State state, Command command, Context context) => command switch
    {
        Command.Break => throw new InvalidOperationException("a bug"),
        Command.Add add when add.Before <= context.Now => Decision.Refuse<Event>(Reason.HoldEnded),
        Command.Add { Amount: 0 } => Decision.Already<Event>(),
        Command.Add add when state.Sum + add.Amount > Limit => Decision.Refuse<Event>(Reason.NotEnoughBeds),
        Command.Add add => Decision.Accept<Event>(new Event.Added(add.Amount)),
        Command.Say say => Decision.Accept<Event>(new Event.Said(new('x', say.Chars))),
        Command.PlanReset plan => Decision.Accept<Event>(new Event.ResetPlanned(plan.At)),
        _ when state.ResetAt <= context.Now => Decision.Accept<Event>(new Event.Reset()),
        _ => Decision.Refuse<Event>(Reason.HoldEnded),
    };

    private static State Evolve(State state, Event fact) => fact switch
    {
        Event.Added added => state with { Sum = state.Sum + added.Amount, Added = state.Added + 1 },
        Event.Said => state,
        Event.ResetPlanned planned => state with { ResetAt = planned.At },
        _ => state with { Sum = 0, ResetAt = null },
    };

    private static Step? Tick(StreamId stream, Seen<State> seen, Context context) => seen.State.ResetAt <= context.Now
        ? new(new(new(Origin.Self, $"reset-{stream.Key}-{seen.Head.Version}"), new byte[32]), Origin.Clock(context.Now), stream, [new(stream, new Command.Reset())])
        : null;
}
