using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Placements;

/// <summary>Which facts of a request raise an alarm, and with whom (domain 5).</summary>
public static partial class PlacementAlarms
{
    private const string Desk = "CrisisDesk";

    public static ImmutableArray<Effect> Of(Fact fact) => fact.Event switch
    {
        PlacementEvent.ArrivedAfterWithdrawal => [new Effect.Alarm("ArrivedAfterWithdrawal", fact.Stream, Desk)],
        PlacementEvent.DeadlineMissed f => [new Effect.Alarm("DeadlineMissed", fact.Stream, f.Owner ?? Desk)],
        PlacementEvent.AttemptOver { How: AttemptEnd.Revoked } => [new Effect.Alarm("HoldRevoked", fact.Stream, Desk)],
        PlacementEvent.CrisisStayPassed f => [new Effect.Alarm(f.Mark == CrisisStayMark.Limit ? "CrisisStayLimit" : "CrisisStayWarning", fact.Stream, Desk)],
        PlacementEvent e => OfWaiting(e) is var (kind, owner) ? [new Effect.Alarm(kind, fact.Stream, owner)] : [],
        _ => [],
    };
}
