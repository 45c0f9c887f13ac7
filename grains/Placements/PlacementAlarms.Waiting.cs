namespace Grains.Placements;

// Alarms of waiting and care: to the owner, or to whom the request now needs.
public static partial class PlacementAlarms
{
    private const string DeskLead = "DeskLead";
    private const string ExpertTeam = "ExpertTeam";

    private static (string Kind, string Owner)? OfWaiting(PlacementEvent fact) => fact switch
    {
        PlacementEvent.SafetyOverdue f => ("SafetyOverdue", f.Owner),
        PlacementEvent.HearingPassed f => ("HearingPassed", f.Owner),
        PlacementEvent.BridgingReviewPassed f => ("BridgingReviewPassed", f.Owner),
        PlacementEvent.ThreeMonthsNear f => ("ThreeMonthsNear", f.Owner),
        PlacementEvent.ThreeMonthsReached => ("ThreeMonthsReached", ExpertTeam),
        PlacementEvent.ProcessDirectorMissing => ("ProcessDirectorMissing", ExpertTeam),
        PlacementEvent.Escalated f when f.Level > f.From => ("Escalated", f.Level == 1 ? DeskLead : ExpertTeam),
        PlacementEvent.HandedOver f => ("HandedOver", f.Owner),
        _ => null,
    };
}
