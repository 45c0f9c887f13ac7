using Grains.Kernel;
using Grains.Placements;

namespace Grains.Spec;

// What people do while a request waits.
public sealed partial class Story
{
    private Step Care(PlacementSteps steps, Act act)
    {
        var known = World.Open<RequestFacts>(steps.Seen.State.Facts);
        Bridging plan = new((BridgingKind)(act.What % 9), "rivierzorg", World.Now, null, World.Now.AddMinutes(1 + act.Who));
        return (act.What % 11) switch
        {
            0 or 1 => steps.ParkWaiting(new(
                (WaitReason)(act.Who % 2), new("text-5"), World.Now.AddDays(1 + (act.Who % 16)), act.Who % 3 == 0 ? null : plan, null, known is null ? null : CareFacts.Of(known).Protected)),
            2 => steps.Resume(null),
            3 => steps.SetBridging(act.Who % 3 == 0 ? null : plan, null),
            4 or 5 when known is not null => Reassess(steps, known with
            {
                Children = [.. known.Children.Select(child => child with { Safety = new((SafetyScore)(act.Who % 4), Marks.Assessor, World.Now) })],
            }),
            6 => steps.Escalate(act.Who % 5, new("text-6")),
            7 => steps.Handover(act.Who % 2 == 0 ? "DeskLead" : "lead-2", new("text-7")),
            8 => steps.SetProcessDirector(new("person-9")),
            9 when known is not null => steps.ChangeDistance(World.Seal(steps.RequestId, SealPurpose.Facts, known with { MaxDistanceKm = act.Who % 2 == 0 ? null : 1 + act.Who })),
            _ => steps.SetVisitsAndTransport("enver", null),
        };
    }

    private static Step Reassess(PlacementSteps steps, RequestFacts facts) =>
        steps.ReassessSafety(new(World.Seal(steps.RequestId, SealPurpose.Facts, facts), CareFacts.Of(facts)));

    /// <summary>Some have waited for long, some nearly three months, most not at all.</summary>
    private DateTimeOffset? WaitingSince(Act act) => (act.Who % 6) switch
    {
        0 => World.Now.AddMonths(-4),
        1 => World.Now.AddMonths(-3).AddDays(7),
        2 => World.Now.AddMonths(-3).AddDays(30),
        _ => null,
    };
}
