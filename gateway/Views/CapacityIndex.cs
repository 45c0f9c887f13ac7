using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Finding;
using Grains.Kernel;
using Grains.Providers;
using Grains.Regions;

namespace Gateway.Views;

/// <summary>All capacity of the region in memory: what every unit can take now, ready to be found, summed and watched.</summary>
/// <remarks>Shifts, blocks, holds and reports change what counts without any event; so each facility is looked at again at the first instant
/// at which one of its units changes by time alone.</remarks>
/// <param name="cellUnitsMax">A cell is copied whole for each publication that changes it, and looked at as a whole by a search.</param>
public sealed class CapacityIndex(TimeProvider time, int cellUnitsMax = CapacityIndex.CellUnitsMax) : IView
{
    /// <summary>Small enough to copy for every change, big enough that looking at every cell of a big region stays cheap.</summary>
    public const int CellUnitsMax = 128;

    private readonly Dictionary<string, Slot> _slots = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset At, string Id)> _boundaries = new(Comparer<(DateTimeOffset At, string Id)>.Create(
        (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Id, b.Id)));
    private readonly HashSet<Slot> _touched = [];
    private readonly List<Change<UnitEntry>> _changes = [];
    private readonly CellTree _tree = new(cellUnitsMax);
    private ImmutableDictionary<string, ProviderProfile> _providers = CapacityView.Empty.Providers;
    private RegionState _region = RegionState.None;
    private Policy _shownUnder = Policy.Default;
    private CapacityView _view = CapacityView.Empty;
    private volatile Exception? _trouble;

    public Exception? Trouble => _trouble;

    public DateTimeOffset? ValidUntil => Volatile.Read(ref _view).ValidUntil;

    /// <summary>What is shown now. Safe from any thread.</summary>
    /// <exception cref="CorruptEventException">The log holds something that this view could not take in.</exception>
    /// <exception cref="UnknownEventException">The log is newer than this program.</exception>
    public CapacityView Current => Watching.Current;

    /// <summary>For watchers.</summary>
    public Watching<UnitEntry, CapacityView> Watching { get; } = new(CapacityView.Empty, time);

    public bool Follows(GrainKind kind) => kind is GrainKind.Facility or GrainKind.Provider or GrainKind.Region;

    public void Apply(Fact fact, long position)
    {
        switch (fact.Event)
        {
            case FacilityEvent e: Take(fact.Stream.Key, e, position); break;
            case ProviderEvent.Registered e: _providers = _providers.SetItem(fact.Stream.Key, e.Profile); break;
            case ProviderEvent.ProfileChanged e: _providers = _providers.SetItem(fact.Stream.Key, e.Profile); break;
            case RegionEvent e: _region = Region.Decider.Evolve(_region, e); break;
        }
    }

    public void Publish(long position, DateTimeOffset instant)
    {
        if (instant < _view.EvaluatedAt) instant = _view.EvaluatedAt;
        TouchWhatIsDue(instant);
        var facilities = _view.Facilities;
        if (_touched.Count > 0)
        {
            var changed = facilities.ToBuilder();
            foreach (var slot in _touched) Evaluate(slot, position, instant, changed);
            facilities = changed.ToImmutable();
            _touched.Clear();
        }
        var cells = _tree.Rebuild(ScoreWeights.Of(_region.Policy));
        _view = new()
        {
            Version = _view.Version + (_changes.Count > 0 ? 1 : 0),
            Position = position,
            EvaluatedAt = instant,
            ValidUntil = _boundaries.Count > 0 ? _boundaries.Min.At : null,
            Policy = _region.Policy,
            Facilities = facilities,
            Providers = _providers,
            Cells = cells,
            Bounds = cells == _view.Cells ? _view.Bounds : [.. cells.Select(cell => cell.Bounds)],
        };
        Watching.Publish(_view, _changes);
        _changes.Clear();
    }

    public void Fail(Exception why)
    {
        _trouble = why;
        Watching.Fail(why);
    }

    private void Take(string facilityId, FacilityEvent fact, long position)
    {
        if (!_slots.TryGetValue(facilityId, out var slot)) _slots.Add(facilityId, slot = new(facilityId));
        slot.State = Facility.Decider.Evolve(slot.State, fact);
        slot.Position = position;
        _touched.Add(slot);
    }

    private void TouchWhatIsDue(DateTimeOffset instant)
    {
        if (_region.Policy != _shownUnder) _touched.UnionWith(_slots.Values);
        _shownUnder = _region.Policy;
        while (_boundaries.Count > 0 && _boundaries.Min is var (at, id) && at <= instant)
        {
            _boundaries.Remove((at, id));
            _slots[id].Boundary = null;
            _touched.Add(_slots[id]);
        }
    }

    private void Evaluate(Slot slot, long position, DateTimeOffset instant, ImmutableSortedSet<FacilityEntry>.Builder shown)
    {
        if (slot.State.Profile is not { } profile) return;
        var before = slot.Entry;
        var units = ImmutableArray.CreateBuilder<UnitEntry>(slot.State.Units.Count);
        DateTimeOffset? boundary = null;
        foreach (var (unitId, unit) in slot.State.Units)
        {
            var entry = Look(slot, profile, unitId, unit, position, instant);
            units.Add(entry);
            if (entry.ValidUntil is { } until && !(boundary <= until)) boundary = until;
        }
        slot.Entry = new(
            slot.Id, slot.State, units.MoveToImmutable(), GeoPoint.At(profile.Latitude, profile.Longitude),
            Facility.HasTooManyHolds(slot.State, instant, _region.Policy), slot.Position);
        if (before is not null) shown.Remove(before);
        shown.Add(slot.Entry);
        _tree.Set(before, slot.Entry);
        Wake(slot, boundary);
    }

    private UnitEntry Look(Slot slot, FacilityProfile profile, string unitId, UnitState unit, long position, DateTimeOffset instant)
    {
        var capacity = UnitCapacity.At(slot.State, unitId, instant, _region.Policy);
        var until = UnitCapacity.ValidUntil(slot.State, unitId, instant, _region.Policy);
        var entry = new UnitEntry(slot.Id, unitId, profile, unit, slot.State.Openness, capacity, until) { Position = position, EvaluatedAt = instant };
        var before = slot.UnitBefore(unitId);
        if (before is not null && before.SaysTheSameAs(entry)) return before;
        _changes.Add(new(before, entry));
        return entry;
    }

    private void Wake(Slot slot, DateTimeOffset? boundary)
    {
        if (slot.Boundary is { } old) _boundaries.Remove((old, slot.Id));
        slot.Boundary = boundary;
        if (boundary is { } next) _boundaries.Add((next, slot.Id));
    }

    /// <summary>A facility as the writer knows it; nobody else sees it.</summary>
    private sealed class Slot(string id)
    {
        public string Id => id;
        public FacilityState State { get; set; } = FacilityState.None;
        public long Position { get; set; }
        public FacilityEntry? Entry { get; set; }
        public DateTimeOffset? Boundary { get; set; }

        public UnitEntry? UnitBefore(string unitId)
        {
            if (Entry is null) return null;
            foreach (var unit in Entry.Units)
                if (unit.UnitId == unitId) return unit;
            return null;
        }
    }
}
