using Gateway.Access;
using Google.Protobuf.Collections;
using Grains.Kernel;
using Grains.Placements;
using Grains.Regions;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

// What a request shows of waiting and care.
public sealed partial class RequestReader
{
    private async ValueTask<Plek.V1.Care> CareAsync(Own.Care care, Reveal reveal, CancellationToken cancel)
    {
        var shown = Show.Care(care);
        if (reveal.Words) shown.ProcessDirector = await PersonAsync(care.Director, cancel);
        return shown;
    }

    private async ValueTask MarkOldAsync(RepeatedField<ChildView> children, RequestFacts facts, DateTimeOffset now, CancellationToken cancel)
    {
        var policy = (await grains.ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), cancel)).State.Policy;
        foreach (var (shown, child) in children.Zip(facts.Children))
            shown.SafetyOld = child.Safety is { } safety && Own.Placement.SafetyBy(safety, policy) <= now;
    }

    private static Said OfWaiting(PlacementEvent fact) => fact switch
    {
        PlacementEvent.ParkedWaiting f => new(Deadline: f.Deadline, Text: f.Text ?? f.NoneBecause),
        PlacementEvent.Resumed f => new(Deadline: f.Deadline, Text: f.Reason),
        PlacementEvent.BridgingSet f => new(Text: f.NoneBecause),
        PlacementEvent.Escalated f => new(Text: f.Reason),
        PlacementEvent.HandedOver f => new(Text: f.Note),
        PlacementEvent.ProcessDirectorSet f => new(Person: f.Director),
        PlacementEvent.VisitsAndTransportSet f => new(Text: f.Visits.Text),
        PlacementEvent.SafetyOverdue f => new(Deadline: f.Next),
        PlacementEvent.ThreeMonthsReached f => new(Deadline: f.DirectorBy),
        PlacementEvent.ProcessDirectorMissing f => new(Deadline: f.Next),
        _ => new(Attempt: 0),
    };
}
