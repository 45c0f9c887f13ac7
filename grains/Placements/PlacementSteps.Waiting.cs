using Grains.Kernel;

namespace Grains.Placements;

// Waiting and care: the request decides alone.
public sealed partial record PlacementSteps
{
    /// <summary>Whether the children are protected was read from the facts as seen.</summary>
    public Step ParkWaiting(PlacementCommand.ParkWaiting order) => Plan(order);

    public Step Resume(TextRef? reason) => Unconditional(new PlacementCommand.Resume(reason));

    public Step SetBridging(Bridging? plan, TextRef? noneBecause) => Unconditional(new PlacementCommand.SetBridging(plan, noneBecause));

    /// <summary>The facts are those that were seen, with other scores.</summary>
    public Step ReassessSafety(PlacementCommand.ReassessSafety order) => Plan(order);

    public Step Escalate(int level, TextRef reason) => Unconditional(new PlacementCommand.Escalate(level, reason));

    public Step Handover(string owner, TextRef note) => Unconditional(new PlacementCommand.Handover(owner, note));

    public Step SetProcessDirector(PersonRef director) => Unconditional(new PlacementCommand.SetProcessDirector(director));

    public Step SetVisitsAndTransport(string? providerId, TextRef? text) =>
        Unconditional(new PlacementCommand.SetVisitsAndTransport(providerId, text));
}
