using Grains.Facilities;
using Grains.Kernel;
using Plek.V1;

namespace Gateway.Services;

// What an import changed.
internal static partial class Show
{
    public static Change Change(StreamId stream, object fact)
    {
        var (kind, id) = fact switch
        {
            FacilityEvent.UnitAdded f => ("unit", $"{stream.Key}/{f.UnitId}"),
            FacilityEvent.UnitChanged f => ("unit", $"{stream.Key}/{f.UnitId}"),
            FacilityEvent.CrisisUseSet f => ("unit", $"{stream.Key}/{f.UnitId}"),
            FacilityEvent.BedsReported f => ("unit", $"{stream.Key}/{f.UnitId}"),
            FacilityEvent.OperableDeclared f => ("unit", $"{stream.Key}/{f.UnitId}"),
            FacilityEvent.BlockSet f => ("block", $"{stream.Key}/{f.BlockId}"),
            FacilityEvent.OccupancyOpened f => ("occupancy", f.OccupancyId),
            _ => ($"{stream}".Split('/')[0], stream.Key),
        };
        return new() { Kind = kind, Id = id, What = fact.GetType().Name };
    }
}
