using Grains.Kernel;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>An alarm as lists show it. Nothing here is about a child.</summary>
/// <param name="AlarmId">Of the fact that raised it first.</param>
/// <param name="FacilityId">Of a facility's alarm the facility; of a request's the one that its last attempt was offered to, or null.</param>
/// <param name="ProviderId">That facility's provider, or null.</param>
/// <param name="Urgency">Of the request as it is now; null for a facility and before Triage.</param>
/// <param name="LastRaisedAt">When it was raised last; the same again before anybody acknowledged it is no second row.</param>
/// <param name="CallNowAt">When somebody must call, if nobody has acknowledged it by then.</param>
/// <param name="CallNow">That moment has come: "bel nu".</param>
/// <param name="AcknowledgedBy">A reference, never a name; null while it is open.</param>
/// <param name="Position">Of its last change by an event.</param>
public sealed record AlarmRow(
    string AlarmId, string Kind, StreamId Subject, string Owner, string? FacilityId, string? ProviderId, Urgency? Urgency, DateTimeOffset RaisedAt,
    DateTimeOffset LastRaisedAt, int Times, DateTimeOffset CallNowAt, bool CallNow, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, long Position) : IRow
{
    public string Key => AlarmId;

    public bool IsOpen => AcknowledgedAt is null;

    /// <summary>Where it stands in the list: who must be called first, and after those what is acknowledged, the latest first.</summary>
    internal (bool Acknowledged, long Order, string AlarmId) Place => (AcknowledgedAt is not null, -AcknowledgedAt?.UtcTicks ?? CallNowAt.UtcTicks, AlarmId);
}
