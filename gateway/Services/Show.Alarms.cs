using Gateway.Access;
using Gateway.Views;
using Grains.Kernel;
using Own = Grains.Placements;

namespace Gateway.Services;

// Alarms.
internal static partial class Show
{
    public static Plek.V1.Alarm Alarm(AlarmRow row, Permit permit) => new()
    {
        AlarmId = row.AlarmId,
        Kind = row.Kind,
        RequestId = row.Subject.Kind == GrainKind.Placement ? row.Subject.Key : "",
        FacilityId = row.FacilityId ?? "",
        Owner = row.Owner,
        Urgency = row.Urgency is { } urgency ? Words<Plek.V1.Urgency, Own.Urgency>.ToWire(urgency) : default,
        RaisedAt = row.RaisedAt.ToWire(),
        LastRaisedAt = row.LastRaisedAt.ToWire(),
        Times = row.Times,
        CallNowAt = row.CallNowAt.ToWire(),
        CallNow = row.CallNow,
        AcknowledgedBy = permit.IsDesk || row.AcknowledgedBy == permit.Caller.Id ? row.AcknowledgedBy ?? "" : "",
        AcknowledgedAt = row.AcknowledgedAt.ToWire(),
        Position = row.Position,
    };
}
