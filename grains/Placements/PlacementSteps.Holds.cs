using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Placements;

// What the desk does with a place that is held already.
public sealed partial record PlacementSteps
{
    /// <param name="more">Null for as long again.</param>
    public Step ExtendHold(int attempt, TimeSpan? more) => Plan(
        new PlacementCommand.ExtendHold(attempt, more),
        Held(attempt, () => new FacilityCommand.ExtendHold(RequestId, attempt, Placement.ExtendedUntil(State.Deadline!, more))));

    public Step KeepHold(int attempt, TextRef reason) =>
        Plan(new PlacementCommand.KeepHold(attempt, reason), Held(attempt, () => new FacilityCommand.KeepHold(RequestId, attempt)));
}
