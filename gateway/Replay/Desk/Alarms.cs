using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>Somebody at the desk looks every few hours at what asks for attention, and acknowledges most of it.</summary>
internal sealed class Alarms(int seed, Agenda agenda, Caller caller, Tokens tokens, Tally tally)
{
    private const int RoundMinutes = 240;
    private const int AnsweredPercent = 85;

    private readonly Dice _dice = new(seed, "alarms");
    private readonly Dictionary<string, string> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _answered = new(StringComparer.Ordinal);

    /// <summary>Of different alarms, by kind.</summary>
    public SortedDictionary<string, int> Raised => new(_kinds.Values.CountBy(kind => kind).ToDictionary(), StringComparer.Ordinal);

    public int Answered => _answered.Count;

    public int Rounds { get; private set; }

    public async Task WatchAsync()
    {
        while (true)
        {
            await agenda.MinutesAsync(RoundMinutes);
            Rounds++;
            foreach (var alarm in (await SeeAsync()).Where(alarm => alarm.AcknowledgedAt is null && _dice.Percent(AnsweredPercent)))
            {
                await caller.WriteAsync<AcknowledgeAlarmResponse>(tokens.Desk, new AcknowledgeAlarmRequest { AlarmId = alarm.AlarmId });
                _answered.Add(alarm.AlarmId);
            }
        }
    }

    /// <summary>What was acknowledged is open no more, and each child that stood at a door in vain has been heard of.</summary>
    public async Task EndAsync()
    {
        foreach (var alarm in (await SeeAsync()).Where(alarm => alarm.AcknowledgedAt is null && _answered.Contains(alarm.AlarmId)))
            caller.Surprise($"alarm {alarm.AlarmId} is open although it was acknowledged");
        var (atDoors, heard) = (tally.Counts.GetValueOrDefault("arrived after withdrawal"), Raised.GetValueOrDefault("ArrivedAfterWithdrawal"));
        if (atDoors != heard) caller.Surprise($"{atDoors} arrivals after withdrawal, and {heard} alarms of them");
    }

    private async Task<IReadOnlyList<Alarm>> SeeAsync()
    {
        var seen = await caller.ReadAsync<ListAlarmsResponse>(tokens.Desk, new ListAlarmsRequest());
        foreach (var alarm in seen.Alarms) _kinds[alarm.AlarmId] = alarm.Kind;
        return seen.Alarms;
    }
}
