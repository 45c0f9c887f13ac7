using System.Collections.Immutable;
using Grains;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Grains.Regions;

namespace Gateway.Views;

/// <summary>Who must look now: the alarms that nobody has acknowledged, and those acknowledged lately.</summary>
/// <remarks>An alarm that is raised again for the same owner while it is open is one row: a request that misses a deadline every quarter of an
/// hour needs one call, not ninety.</remarks>
public sealed class AlarmBoard(TimeProvider time) : IView
{
    /// <summary>Beyond it what was acknowledged first leaves first, then the oldest.</summary>
    public const int RowsMax = 1_000;

    /// <summary>How long an alarm that nobody acknowledges is shown after it was raised last.</summary>
    public static readonly TimeSpan OpenMax = TimeSpan.FromDays(30);

    /// <summary>How long an acknowledged one is shown, for the next shift to see.</summary>
    public static readonly TimeSpan AcknowledgedMax = TimeSpan.FromDays(1);

    // Years of log are taken in before the first publication: then the oldest are let go of in groups.
    private const int KeptMax = 4 * RowsMax;

    private readonly Dictionary<string, Alarm> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<(StreamId, string Kind, string Owner), Alarm> _open = [];
    private readonly HashSet<Alarm> _alarms = [];
    private readonly HashSet<Alarm> _touched = [];
    private readonly Dictionary<string, Asked> _requests = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _providerOf = new(StringComparer.Ordinal);
    private RegionState _region = RegionState.None;
    private Policy _shownUnder = Policy.Default;
    private AlarmList _list = AlarmList.Empty;
    private volatile Exception? _trouble;

    public Exception? Trouble => _trouble;

    public DateTimeOffset? ValidUntil => Volatile.Read(ref _list).ValidUntil;

    /// <summary>What is shown now. Safe from any thread.</summary>
    /// <exception cref="CorruptEventException">The log holds something that this view could not take in.</exception>
    /// <exception cref="UnknownEventException">The log is newer than this program.</exception>
    public AlarmList Current => Watching.Current;

    /// <summary>What somebody must be called about, as shown last; for a view that is shown after this one.</summary>
    internal ImmutableHashSet<StreamId> CallNow => Volatile.Read(ref _list).CallNow;

    /// <summary>For watchers.</summary>
    public Watching<AlarmRow, AlarmList> Watching { get; } = new(AlarmList.Empty, time);

    public bool Follows(GrainKind kind) => kind is GrainKind.Placement or GrainKind.Facility or GrainKind.Region;

    public void Apply(Fact fact, long position)
    {
        var key = fact.Stream.Key;
        switch (fact.Event)
        {
            case RegionEvent e: _region = Region.Evolve(_region, e); break;
            case FacilityEvent.Registered e: _providerOf[key] = e.Profile.ProviderId; break;
            case FacilityEvent.ProfileChanged e: _providerOf[key] = e.Profile.ProviderId; break;
            case FacilityEvent.AlarmAcknowledged e: Acknowledge(e.AlarmId, fact, position); break;
            case PlacementEvent.AlarmAcknowledged e: Acknowledge(e.AlarmId, fact, position); break;
            case PlacementEvent.Submitted: _requests[key] = new(); break;
            case PlacementEvent.Triaged e: Triaged(fact.Stream, e.Urgency); break;
            case PlacementEvent.Offered e when _requests.TryGetValue(key, out var request): request.FacilityId = e.FacilityId; break;
            case PlacementEvent.Ended or PlacementEvent.Rejected or PlacementEvent.Cancelled: Ended(fact.Stream); break;
        }
        var effects = Effects.Of(fact);
        for (var i = 0; i < effects.Length; i++)
            if (effects[i] is Effect.Alarm alarm) Raise(EffectId.Of(fact.Stream, fact.Version, i), alarm, fact, position);
    }

    public void Publish(long position, DateTimeOffset instant)
    {
        if (instant < _list.EvaluatedAt) instant = _list.EvaluatedAt;
        Trim(RowsMax);
        if (_region.Policy != _shownUnder || _list.ValidUntil <= instant) _touched.UnionWith(_alarms);
        _shownUnder = _region.Policy;

        var (changes, byId, sorted) = (new List<Change<AlarmRow>>(), _list.ById.ToBuilder(), _list.Sorted.ToBuilder());
        foreach (var alarm in _touched) Show(alarm, instant, changes, byId, sorted);
        _touched.Clear();
        Volatile.Write(ref _list, new()
        {
            Version = _list.Version + (changes.Count > 0 ? 1 : 0),
            Position = position,
            EvaluatedAt = instant,
            ValidUntil = changes.Count > 0 || _list.ValidUntil <= instant ? NextChange(instant) : _list.ValidUntil,
            Sorted = sorted.ToImmutable(),
            ById = byId.ToImmutable(),
            CallNow = changes.Count > 0 ? [.. sorted.Where(row => row.CallNow).Select(row => row.Subject)] : _list.CallNow,
        });
        Watching.Publish(_list, changes);
    }

    public void Fail(Exception why)
    {
        _trouble = why;
        Watching.Fail(why);
    }

    private void Raise(string id, Effect.Alarm raised, Fact fact, long position)
    {
        if (!_open.TryGetValue((raised.Subject, raised.Kind, raised.Owner), out var alarm))
        {
            alarm = new(id, raised, fact.RecordedAt);
            alarm.FacilityId = fact.Event switch
            {
                PlacementEvent.ArrivedAfterWithdrawal e => e.FacilityId,
                PlacementEvent => _requests.GetValueOrDefault(raised.Subject.Key)?.FacilityId,
                _ => raised.Subject.Key,
            };
            alarm.Urgency = _requests.GetValueOrDefault(raised.Subject.Key)?.Urgency;
            _open.Add((raised.Subject, raised.Kind, raised.Owner), alarm);
            _alarms.Add(alarm);
        }
        if (alarm.Again(id, fact.RecordedAt, position)) _byId[id] = alarm;
        _touched.Add(alarm);
        if (_alarms.Count > KeptMax) Trim(RowsMax);
    }

    private void Acknowledge(string id, Fact fact, long position)
    {
        if (!_byId.TryGetValue(id, out var alarm) || alarm.AcknowledgedAt is not null) return;
        (alarm.AcknowledgedBy, alarm.AcknowledgedAt, alarm.Position) = (fact.Origin.Actor, fact.RecordedAt, position);
        _open.Remove(alarm.OpenKey);
        _touched.Add(alarm);
    }

    private void Triaged(StreamId stream, Urgency urgency)
    {
        if (_requests.TryGetValue(stream.Key, out var request)) request.Urgency = urgency;
        foreach (var alarm in _open.Values.Where(alarm => alarm.Raised.Subject == stream))
        {
            alarm.Urgency = urgency;
            _touched.Add(alarm);
        }
    }

    /// <summary>Its deadlines have ended with it; whatever else was raised about it waits for somebody all the same.</summary>
    private void Ended(StreamId stream)
    {
        _requests.Remove(stream.Key);
        foreach (var alarm in _open.Values.Where(alarm => alarm.Raised.Subject == stream && alarm.Raised.Kind == nameof(PlacementEvent.DeadlineMissed)).ToList())
            Forget(alarm);
    }

    private void Trim(int max)
    {
        if (_alarms.Count <= max) return;
        foreach (var alarm in _alarms.OrderBy(alarm => (alarm.AcknowledgedAt is null, alarm.LastRaisedAt)).Take(_alarms.Count - max).ToList()) Forget(alarm);
    }

    private void Forget(Alarm alarm)
    {
        _alarms.Remove(alarm);
        if (alarm.AcknowledgedAt is null) _open.Remove(alarm.OpenKey);
        foreach (var id in alarm.Ids) _byId.Remove(id);
        alarm.IsForgotten = true;
        _touched.Add(alarm);
    }

    private void Show(
        Alarm alarm, DateTimeOffset instant, List<Change<AlarmRow>> changes,
        ImmutableDictionary<string, AlarmRow>.Builder byId, ImmutableSortedSet<AlarmRow>.Builder sorted)
    {
        if (!alarm.IsForgotten && alarm.ForgottenAt <= instant) Forget(alarm);
        var row = alarm.IsForgotten ? null : ToRow(alarm, instant);
        byId.TryGetValue(alarm.Id, out var before);
        if (row == before) return;
        if (before is not null) sorted.Remove(before);
        if (row is not null) sorted.Add(row);
        if (row is null) byId.RemoveRange(alarm.Ids);
        else foreach (var id in alarm.Ids) byId[id] = row;
        changes.Add(new(before, row));
    }

    private AlarmRow ToRow(Alarm alarm, DateTimeOffset instant)
    {
        var callNowAt = alarm.RaisedAt + Patience(alarm);
        return new(
            alarm.Id, alarm.Raised.Kind, alarm.Raised.Subject, alarm.Raised.Owner, alarm.FacilityId,
            alarm.FacilityId is { } facility ? _providerOf.GetValueOrDefault(facility) : null, alarm.Urgency, alarm.RaisedAt, alarm.LastRaisedAt, alarm.Times,
            callNowAt, alarm.AcknowledgedAt is null && callNowAt <= instant, alarm.AcknowledgedBy, alarm.AcknowledgedAt, alarm.Position);
    }

    /// <summary>How long an alarm may wait for somebody. A child who stands at a door waits for nobody's table.</summary>
    private TimeSpan Patience(Alarm alarm) => _region.Policy.Minutes(
        alarm.Raised.Kind == nameof(PlacementEvent.ArrivedAfterWithdrawal) ? PolicyNumbers.CallNow.For((int)Urgency.Immediate)
        : alarm.Raised.Subject.Kind == GrainKind.Facility ? PolicyNumbers.CallNowFacility
        : alarm.Urgency is { } urgency ? PolicyNumbers.CallNow.For((int)urgency)
        : PolicyNumbers.CallNowUnknown);

    private DateTimeOffset? NextChange(DateTimeOffset instant) => _alarms.Count == 0 ? null : _alarms.Min(alarm =>
        alarm.AcknowledgedAt is null && alarm.RaisedAt + Patience(alarm) is var callNow && callNow > instant && callNow < alarm.ForgottenAt ? callNow : alarm.ForgottenAt);

    /// <summary>What an alarm needs to know of its request.</summary>
    private sealed class Asked
    {
        public Urgency? Urgency { get; set; }
        public string? FacilityId { get; set; }
    }

    /// <summary>An alarm as the writer knows it; nobody else sees it.</summary>
    private sealed class Alarm(string id, Effect.Alarm raised, DateTimeOffset raisedAt)
    {
        // Of an alarm that was raised more often, the later ids cannot be acknowledged: nobody has looked for a day.
        private const int IdsMax = 100;

        private readonly List<string> _ids = [];

        public string Id => id;
        public Effect.Alarm Raised => raised;
        public (StreamId, string, string) OpenKey => (raised.Subject, raised.Kind, raised.Owner);
        public DateTimeOffset RaisedAt => raisedAt;
        public DateTimeOffset LastRaisedAt { get; private set; }
        public int Times { get; private set; }
        public string? FacilityId { get; set; }
        public Urgency? Urgency { get; set; }
        public string? AcknowledgedBy { get; set; }
        public DateTimeOffset? AcknowledgedAt { get; set; }
        public long Position { get; set; }
        public bool IsForgotten { get; set; }
        public DateTimeOffset ForgottenAt => AcknowledgedAt + AcknowledgedMax ?? LastRaisedAt + OpenMax;

        /// <summary>The ids under which it can be acknowledged.</summary>
        public IReadOnlyCollection<string> Ids => _ids;

        /// <returns>Whether it can be acknowledged under this id too.</returns>
        public bool Again(string again, DateTimeOffset at, long position)
        {
            (LastRaisedAt, Times, Position) = (at, Times + 1, position);
            if (_ids.Count == IdsMax) return false;
            _ids.Add(again);
            return true;
        }
    }
}
