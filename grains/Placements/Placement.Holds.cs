using Grains.Kernel;
using static Grains.Kernel.Decision;

namespace Grains.Placements;

public static partial class Placement
{
    // The hold itself is the facility's; how long an answer may take is the request's.
    private static Decision<PlacementEvent> Decide(PlacementState state, PlacementCommand.ExtendHold c, Context context)
    {
        var (live, offered) = (state.Live!, state.Deadline!);
        if (live.Until <= context.Now) return Refuse<PlacementEvent>(Reason.HoldEnded);
        if (live.Extended) return Refuse<PlacementEvent>(Reason.HoldAlreadyExtended);
        var longest = offered.At - offered.SetAt;
        if (c.More > longest) return Refuse<PlacementEvent>(Reason.ExtensionTooLong, ("at_most", $"{(int)longest.TotalMinutes}"));
        return Accept<PlacementEvent>(new PlacementEvent.HoldExtended(c.Attempt, offered with { At = ExtendedUntil(offered, c.More) }));
    }

    /// <summary>Until when the offer stands with so much more time: facility and request name the same instant.</summary>
    internal static DateTimeOffset ExtendedUntil(Deadline offered, TimeSpan? more) => offered.At + (more ?? offered.At - offered.SetAt);
}
