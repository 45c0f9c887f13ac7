using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Placements;

public abstract partial record PlacementCommand
{
    /// <summary>Another place is asked for children who are in. It stands beside the Submit of <paramref name="To"/>.</summary>
    public sealed record RequestTransfer(string To, ImmutableArray<string> Subjects, TextRef Reason) : PlacementCommand;

    /// <summary>Beside the Admit of the request <paramref name="To"/>: these children leave here for there.</summary>
    public sealed record TransferOut(string To, ImmutableArray<string> Subjects, DateTimeOffset At) : PlacementCommand;

    /// <summary>Until when a stay is planned now, and what is to come after it.</summary>
    public sealed record Extend(string SubjectId, DateTimeOffset PlannedEnd, TextRef OutflowPlan) : PlacementCommand;

    /// <summary>The request's own clock: a crisis stay has lasted until <paramref name="At"/>.</summary>
    public sealed record PassCrisisStay(DateTimeOffset At) : PlacementCommand;
}
