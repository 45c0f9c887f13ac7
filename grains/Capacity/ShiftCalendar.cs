using Grains.Facilities;
using Grains.Kernel;

namespace Grains.Capacity;

/// <summary>When shifts are, and whose work counts in them, by the region's policy.</summary>
public sealed class ShiftCalendar
{
    private const int ShiftCount = 3;

    private static ShiftCalendar? _last;

    private readonly Policy _policy;
    private readonly int[] _start = new int[ShiftCount];
    private readonly int[] _end = new int[ShiftCount];
    private readonly Shift[] _order = [Shift.Day, Shift.Evening, Shift.Night];
    private readonly bool[] _counts = new bool[PolicyNumbers.CountsForRatio.Length];

    private ShiftCalendar(Policy policy)
    {
        _policy = policy;
        for (var i = 0; i < ShiftCount; i++) (_start[i], _end[i]) = (policy[PolicyNumbers.ShiftStart[i]], policy[PolicyNumbers.ShiftEnd[i]]);
        for (var i = 0; i < _counts.Length; i++) _counts[i] = policy[PolicyNumbers.CountsForRatio[i]] == 1;
        Array.Sort(_order, (a, b) => (_start[(int)a], a).CompareTo((_start[(int)b], b)));
    }

    /// <summary>A policy is in force for weeks: the last one's calendar is kept.</summary>
    public static ShiftCalendar Of(Policy policy)
    {
        if (Volatile.Read(ref _last) is { } last && ReferenceEquals(last._policy, policy)) return last;
        var calendar = new ShiftCalendar(policy);
        Volatile.Write(ref _last, calendar);
        return calendar;
    }

    public bool Counts(StaffFunction function) => _counts[(int)function];

    /// <summary>When a shift is. One that ends no later than it starts, by the clock, ends on the next day.</summary>
    public ShiftSpan At(ShiftKey key)
    {
        var (start, end) = (_start[(int)key.Shift], _end[(int)key.Shift]);
        return new(key, Amsterdam.InstantOf(key.Date, start), Amsterdam.InstantOf(end > start ? key.Date : key.Date.AddDays(1), end));
    }

    /// <summary>The shifts that have not ended at an instant, by their start, without end.</summary>
    public Following After(DateTimeOffset instant) => new(this, instant);

    /// <summary>Walks on from shift to shift; allocates nothing.</summary>
    public struct Following(ShiftCalendar calendar, DateTimeOffset instant)
    {
        // A shift that runs now may have started yesterday.
        private DateOnly _date = Amsterdam.DayOf(instant).AddDays(-1);
        private int _next;

        public ShiftSpan Next()
        {
            while (true)
            {
                var span = calendar.At(new(_date, calendar._order[_next]));
                if (++_next == ShiftCount) (_date, _next) = (_date.AddDays(1), 0);
                if (span.End > instant) return span;
            }
        }
    }
}

/// <param name="End">Exclusive.</param>
public readonly record struct ShiftSpan(ShiftKey Key, DateTimeOffset Start, DateTimeOffset End);
