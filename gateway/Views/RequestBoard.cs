using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>The desk's list: every request that is not final, and those that came to their end lately. What is sealed is neither opened nor kept.</summary>
/// <param name="alarms">Shown before this view: whether somebody must be called about a request.</param>
public sealed class RequestBoard(TimeProvider time, AlarmBoard alarms) : IView
{
    public const int FinalDays = 30;

    private readonly Dictionary<string, Request> _requests = new(StringComparer.Ordinal);
    private readonly HashSet<Request> _touched = [];
    private readonly Queue<Request> _final = [];
    private readonly List<Change<RequestRow>> _changes = [];
    private RequestList _list = RequestList.Empty;
    private ImmutableHashSet<StreamId> _callNow = [];
    private volatile Exception? _trouble;

    public Exception? Trouble => _trouble;

    public DateTimeOffset? ValidUntil => Volatile.Read(ref _list).ValidUntil;

    /// <summary>What is shown now. Safe from any thread.</summary>
    /// <exception cref="CorruptEventException">The log holds something that this view could not take in.</exception>
    /// <exception cref="UnknownEventException">The log is newer than this program.</exception>
    public RequestList Current => Watching.Current;

    /// <summary>For watchers.</summary>
    public Watching<RequestRow, RequestList> Watching { get; } = new(RequestList.Empty, time);

    public bool Follows(GrainKind kind) => kind == GrainKind.Placement;

    public void Apply(Fact fact, long position)
    {
        if (fact.Event is not PlacementEvent e) return;
        var id = fact.Stream.Key;
        if (!_requests.TryGetValue(id, out var request))
        {
            if (e is not PlacementEvent.Submitted) return; // It came to its end long ago; reads of it are logged in its stream all the same.
            _requests.Add(id, request = new(id, fact.RecordedAt));
        }
        var wasFinal = request.State.IsFinal;
        request.State = Placement.Evolve(request.State, e) with { Facts = null, Infection = null };
        request.Position = position;
        if (request.State.IsFinal && !wasFinal)
        {
            request.FinalAt = fact.RecordedAt;
            _final.Enqueue(request);
        }
        _touched.Add(request);
    }

    public void Publish(long position, DateTimeOffset instant)
    {
        if (instant < _list.EvaluatedAt) instant = _list.EvaluatedAt;
        TouchCalls();
        var (byId, sorted) = (_list.ById.ToBuilder(), _list.Sorted.ToBuilder());
        foreach (var request in _touched) Show(request, byId, sorted);
        while (_final.TryPeek(out var oldest) && ForgottenAt(oldest) <= instant) Forget(_final.Dequeue(), byId, sorted);
        Volatile.Write(ref _list, new()
        {
            Version = _list.Version + (_changes.Count > 0 ? 1 : 0),
            Position = position,
            EvaluatedAt = instant,
            ValidUntil = _final.TryPeek(out var next) ? ForgottenAt(next) : null,
            ById = byId.ToImmutable(),
            Sorted = sorted.ToImmutable(),
        });
        Watching.Publish(_list, _changes);
        _touched.Clear();
        _changes.Clear();
    }

    public void Fail(Exception why)
    {
        _trouble = why;
        Watching.Fail(why);
    }

    /// <summary>A request of which the call has come due, or been answered.</summary>
    private void TouchCalls()
    {
        var now = alarms.CallNow;
        if (ReferenceEquals(now, _callNow)) return;
        foreach (var stream in now.SymmetricExcept(_callNow))
            if (_requests.TryGetValue(stream.Key, out var request) && stream.Kind == GrainKind.Placement) _touched.Add(request);
        _callNow = now;
    }

    private void Show(Request request, ImmutableDictionary<string, RequestRow>.Builder byId, ImmutableSortedSet<RequestRow>.Builder sorted)
    {
        var row = request.ToRow() with { CallNow = _callNow.Contains(StreamId.Placement(request.Id)) };
        if (byId.TryGetValue(request.Id, out var before)) sorted.Remove(before);
        byId[request.Id] = row;
        sorted.Add(row);
        _changes.Add(new(before, row));
    }

    private void Forget(Request request, ImmutableDictionary<string, RequestRow>.Builder byId, ImmutableSortedSet<RequestRow>.Builder sorted)
    {
        var row = byId[request.Id];
        byId.Remove(request.Id);
        sorted.Remove(row);
        _requests.Remove(request.Id);
        _changes.Add(new(row, null));
    }

    private static DateTimeOffset ForgottenAt(Request request) => request.FinalAt!.Value.AddDays(FinalDays);

    /// <summary>A request as the writer knows it; nobody else sees it.</summary>
    private sealed class Request(string id, DateTimeOffset submittedAt)
    {
        public string Id => id;
        public PlacementState State { get; set; } = PlacementState.None;
        public long Position { get; set; }
        public DateTimeOffset? FinalAt { get; set; }

        public RequestRow ToRow() => new(
            id, State.Phase, State.Urgency, State.Crisis, State.CrisisAsked, State.Subjects.Length, State.Referral?.Responsible ?? "",
            State.Referral?.Reporter ?? "", State.Owner, submittedAt, State.Deadline?.At, State.Escalation, State.Live, Position, FinalAt)
        {
            Enquiries = [.. State.OpenEnquiries],
            TransferOf = State.TransferOf,
            Care = State.Care,
            IsWaiting = State.IsWaiting,
            IsExpertCase = State.IsExpertCase,
        };
    }
}
