using Gateway.Access;
using Gateway.Rpc;
using Gateway.Views;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Services;

/// <summary>Answers <c>plek.v1.AlarmService</c>: who must look now, and who has.</summary>
public sealed class AlarmService(Asking asking, ViewReads views, NotifyDesk notify)
{
    private const int AlarmIdCharsMax = 96; // As EffectId makes them.

    private static Google.Protobuf.Reflection.ServiceDescriptor Service => AlarmReflection.Descriptor.Services[0];

    public void Map(Gate gate) => gate
        .Unary<ListAlarmsRequest, ListAlarmsResponse>(Service.FindMethodByName("ListAlarms"), ListAsync)
        .Unary<AcknowledgeAlarmRequest, AcknowledgeAlarmResponse>(Service.FindMethodByName("AcknowledgeAlarm"), AcknowledgeAsync)
        .Unary<GetPushKeyRequest, GetPushKeyResponse>(Service.FindMethodByName("GetPushKey"), notify.GetKeyAsync)
        .Unary<SubscribePushRequest, SubscribePushResponse>(Service.FindMethodByName("SubscribePush"), notify.SubscribeAsync)
        .Unary<UnsubscribePushRequest, UnsubscribePushResponse>(Service.FindMethodByName("UnsubscribePush"), notify.UnsubscribeAsync)
        .Unary<ListDeadLettersRequest, ListDeadLettersResponse>(Service.FindMethodByName("ListDeadLetters"), notify.ListAsync)
        .Unary<RetryDeadLetterRequest, RetryDeadLetterResponse>(Service.FindMethodByName("RetryDeadLetter"), notify.RetryAsync)
        .ServerStream<WatchAlarmsRequest, WatchAlarmsResponse>(Service.FindMethodByName("WatchAlarms"), Watch);

    private async ValueTask<ListAlarmsResponse> ListAsync(ListAlarmsRequest request, Permit permit)
    {
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var list = views.Alarms.Current;
        return new()
        {
            Alarms = { list.Sorted.Where(Wants(request.OpenOnly, permit)).Select(row => Show.Alarm(row, permit)) },
            Position = list.Position,
            EvaluatedAt = list.EvaluatedAt.ToWire(),
        };
    }

    private async IAsyncEnumerable<WatchAlarmsResponse> Watch(WatchAlarmsRequest request, Permit permit)
    {
        var messages = views.Alarms.Watching.WatchAsync(
            Wants(request.OpenOnly, permit), Filters.Resume(request.ResumePosition), Filters.Interval(request.IntervalMs), permit.Cancel);
        await foreach (var message in messages) yield return ToWire(message, permit);
    }

    private async ValueTask<AcknowledgeAlarmResponse> AcknowledgeAsync(AcknowledgeAlarmRequest request, Permit permit)
    {
        var id = AlarmId(request.AlarmId);
        var writing = await asking.BeginAsync(request, permit);
        var accepted = views.Alarms.Current.Find(id) is { } row
            ? await writing.AskAsync(row.Subject, Order(row))
            : await writing.RefuseAsync(new(Code.NotFound, "UNKNOWN_ALARM", "There is no such alarm, or it has left the list."));
        var at = accepted.Facts.IsEmpty ? await AcknowledgedBeforeAsync(id, accepted.Position, permit) : accepted.Facts[0].RecordedAt;
        return new() { AcknowledgedAt = at.ToWire(), Position = accepted.Position };
    }

    private async ValueTask<DateTimeOffset?> AcknowledgedBeforeAsync(string id, long position, Permit permit)
    {
        await views.ReachAsync(position, permit.Cancel);
        return views.Alarms.Current.Find(id)?.AcknowledgedAt;
    }

    /// <summary>Under the first id, so that whoever acknowledges the same alarm under a later one says nothing new.</summary>
    private static object Order(AlarmRow row) => row.Subject.Kind == GrainKind.Facility
        ? new FacilityCommand.AcknowledgeAlarm(row.AlarmId)
        : new PlacementCommand.AcknowledgeAlarm(row.AlarmId);

    private static Func<AlarmRow, bool> Wants(bool openOnly, Permit permit) =>
        row => (!openOnly || row.IsOpen) && AlarmReveal.Shows(row.Owner, row.ProviderId, permit.Caller);

    private static string AlarmId(string value) =>
        value.Length is >= 1 and <= AlarmIdCharsMax && value.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? value
            : throw RpcException.Invalid("alarm_id", $"must be 1 to {AlarmIdCharsMax} characters of a-z, 0-9 and '-'");

    private static WatchAlarmsResponse ToWire(WatchMessage<AlarmRow> message, Permit permit) => message switch
    {
        WatchMessage<AlarmRow>.Snapshot m => new()
        {
            Snapshot = new() { Alarms = { m.Rows.Select(row => Show.Alarm(row, permit)) }, Complete = m.Complete, Position = m.Position, EvaluatedAt = m.EvaluatedAt.ToWire() },
        },
        WatchMessage<AlarmRow>.Delta m => new()
        {
            Delta = new()
            {
                Alarms = { m.Rows.Select(row => Show.Alarm(row, permit)) },
                Removed = { m.Removed.Select(row => row.AlarmId) },
                Position = m.Position,
                EvaluatedAt = m.EvaluatedAt.ToWire(),
            },
        },
        _ => new() { Heartbeat = new() { Position = message.Position, EvaluatedAt = message.EvaluatedAt.ToWire() } },
    };
}
