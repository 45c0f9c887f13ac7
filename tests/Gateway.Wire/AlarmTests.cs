using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>Who must look, who has, and who may know of it.</summary>
public sealed class AlarmTests(PlekHost host) : IClassFixture<PlekHost>
{
    private PlekCaller Desk => host.As(Role.CrisisDesk);

    [Fact]
    public async Task A_child_at_the_door_of_a_place_that_was_withdrawn_alarms_the_desk_at_once()
    {
        var (id, at) = await ArrivedAsync();

        var alarm = await AlarmOfAsync(Desk, id, at);
        Assert.Equal(("ArrivedAfterWithdrawal", "de-kade", "CrisisDesk", Urgency.Today, 1), (alarm.Kind, alarm.FacilityId, alarm.Owner, alarm.Urgency, alarm.Times));
        Assert.Equal((false, TimeSpan.FromMinutes(3), ""), (alarm.CallNow, alarm.CallNowAt.ToDateTimeOffset() - alarm.RaisedAt.ToDateTimeOffset(), alarm.AcknowledgedBy));
    }

    [Fact]
    public async Task Who_has_seen_it_stands_there_and_in_the_history_and_a_second_time_changes_nothing()
    {
        var (id, at) = await ArrivedAsync();
        var alarm = await AlarmOfAsync(Desk, id, at);
        var acknowledge = new AcknowledgeAlarmRequest { CommandId = Fresh(), AlarmId = alarm.AlarmId };

        var first = await Desk.CallAsync<AcknowledgeAlarmResponse>(acknowledge);
        Assert.Equal(first, await Desk.CallAsync<AcknowledgeAlarmResponse>(acknowledge));
        var second = await host.As(Role.DeskLead).CallAsync<AcknowledgeAlarmResponse>(new AcknowledgeAlarmRequest { CommandId = Fresh(), AlarmId = alarm.AlarmId });
        Assert.Equal(first.AcknowledgedAt, second.AcknowledgedAt);

        var seen = await AlarmOfAsync(host.As(Role.DeskLead), id, second.Position);
        Assert.Equal(first.AcknowledgedAt, seen.AcknowledgedAt);
        Assert.NotEmpty(seen.AcknowledgedBy);
        Assert.DoesNotContain((await Desk.CallAsync<ListAlarmsResponse>(new ListAlarmsRequest { OpenOnly = true })).Alarms, open => open.RequestId == id);
        var history = (await Desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id })).History;
        Assert.Equal(seen.AcknowledgedBy, Assert.Single(history, entry => entry.Event == "AlarmAcknowledged").Actor);
    }

    [Fact]
    public async Task Refuses_an_alarm_that_there_is_not()
    {
        var unknown = new AcknowledgeAlarmRequest { CommandId = Fresh(), AlarmId = "placement-nothing-1-0" };
        Assert.Equal("not_found UNKNOWN_ALARM ", $"{await Desk.FailAsync(unknown)}");
        Assert.Equal("permission_denied OUT_OF_SCOPE ", $"{await host.As(Role.ProviderIntake, "merwetij").FailAsync(unknown)}");
        Assert.Equal(["alarm_id"], (await Desk.FailAsync(new AcknowledgeAlarmRequest { CommandId = Fresh(), AlarmId = "A/b" })).Fields);
        Assert.Equal(["alarm_id"], (await Desk.FailAsync(new AcknowledgeAlarmRequest { CommandId = Fresh() })).Fields);
    }

    [Fact]
    public async Task An_alarm_for_the_desk_is_nobody_elses()
    {
        var (id, at) = await ArrivedAsync();
        var alarm = await AlarmOfAsync(Desk, id, at);
        foreach (var other in new[] { host.As(Role.ProviderIntake, "merwetij"), host.As(Role.ProviderReporter, "merwetij"), host.As(Role.ExpertTeam), host.As(Role.ProcessDirector) })
        {
            Assert.Empty((await other.CallAsync<ListAlarmsResponse>(new ListAlarmsRequest { AtLeastPosition = at })).Alarms);
            Assert.Equal("OUT_OF_SCOPE", (await other.FailAsync(new AcknowledgeAlarmRequest { CommandId = Fresh(), AlarmId = alarm.AlarmId })).Reason);
        }
    }

    [Fact]
    public async Task Whoever_watches_is_told_of_the_alarm_and_of_who_saw_it()
    {
        using var stream = await WatchAsync();
        await using var body = await stream.Content.ReadAsStreamAsync();
        Assert.True((await NextAsync(body)).Snapshot.Complete);
        var (id, at) = await ArrivedAsync();

        var raised = await UntilAsync(body, alarm => alarm.RequestId == id);
        await Desk.CallAsync<AcknowledgeAlarmResponse>(new AcknowledgeAlarmRequest { CommandId = Fresh(), AlarmId = raised.AlarmId });
        Assert.NotNull((await UntilAsync(body, alarm => alarm.AlarmId == raised.AlarmId)).AcknowledgedAt);
        Assert.True(at > 0);
    }

    /// <summary>A child is brought to a place that the desk has withdrawn.</summary>
    private async Task<(string RequestId, long Position)> ArrivedAsync()
    {
        var id = (await SearchingAsync(host.As(Role.Referrer), Desk)).RequestId;
        await host.As(Role.ProviderReporter, "merwetij").CallAsync<ReportAnswer>(Report(6));
        await Desk.CallAsync<OfferResponse>(Offer(id));
        await Desk.CallAsync<PhaseAnswer>(new WithdrawOfferRequest { CommandId = Fresh(), RequestId = id, Attempt = 1, Reason = "Er is een plek dichterbij" });
        var admitted = await host.As(Role.ProviderIntake, "merwetij").CallAsync<AdmitResponse>(new AdmitRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        Assert.True(admitted.ArrivedAfterWithdrawal);
        return (id, admitted.Position);
    }

    private static async Task<Alarm> AlarmOfAsync(PlekCaller caller, string requestId, long position) =>
        Assert.Single((await caller.CallAsync<ListAlarmsResponse>(new ListAlarmsRequest { AtLeastPosition = position })).Alarms, alarm => alarm.RequestId == requestId);

    private Task<HttpResponseMessage> WatchAsync() => Wire.Client.SendAsync(
        Wire.Post(host.Http2, "/plek.v1.AlarmService/WatchAlarms", "application/grpc", Wire.Envelope(new WatchAlarmsRequest()), ("authorization", $"Bearer {Desk.Token}")),
        HttpCompletionOption.ResponseHeadersRead);

    private static async Task<Alarm> UntilAsync(Stream body, Func<Alarm, bool> wants)
    {
        while (true)
            if (await NextAsync(body) is { Delta.Alarms: var alarms } && alarms.FirstOrDefault(wants) is { } found) return found;
    }

    private static async Task<WatchAlarmsResponse> NextAsync(Stream body)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var prefix = new byte[5];
        await body.ReadExactlyAsync(prefix, patience.Token);
        var message = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(prefix.AsSpan(1))];
        await body.ReadExactlyAsync(message, patience.Token);
        return WatchAlarmsResponse.Parser.ParseFrom(message);
    }
}
