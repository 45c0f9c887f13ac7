using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Regions;

namespace Bench;

/// <summary>What every side of the commit bench decides and writes: a grain whose event is as long as an ordinary one (about 260 bytes stored).</summary>
public static class Tally
{
    public abstract record Event
    {
        public sealed record Counted(int Amount, string Note) : Event;
    }

    public sealed record State(long Sum)
    {
        public static readonly State None = new(0);
    }

    public sealed record Count(int Amount);

    public static readonly string Note = new('n', 60);

    public static readonly ImmutableArray<GrainType> Types =
    [
        Of(GrainKind.Facility),
        Of(GrainKind.Placement),
        GrainType.Of(
            GrainKind.Region,
            new Decider<RegionState, RegionCommand, RegionEvent>(RegionState.None, (_, _, _) => Decision.Already<RegionEvent>(), (state, _) => state, (_, _, _) => null),
            (_, _, _) => null),
    ];

    private static GrainType Of(GrainKind kind) => GrainType.Of(
        kind,
        new Decider<State, Count, Event>(
            State.None,
            (_, command, _) => Decision.Accept<Event>(new Event.Counted(command.Amount, Note)),
            (state, fact) => new(state.Sum + ((Event.Counted)fact).Amount),
            (_, _, _) => null),
        (_, _, _) => null);
}
