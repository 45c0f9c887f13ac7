using System.Collections.Immutable;

namespace Grains.Facilities;

// Staff in counts: no names, no diagnosis.

/// <summary>For how many children the staff of a shift is enough: of the steps whose minimum is there, the one with the most children counts.</summary>
public sealed record RatioTable(ImmutableArray<RatioStep> Day, ImmutableArray<RatioStep> Evening, ImmutableArray<RatioStep> Night)
{
    public ImmutableArray<RatioStep> this[Shift shift] => shift switch { Shift.Day => Day, Shift.Evening => Evening, _ => Night };

    /// <summary>0 when no step's minimum is there.</summary>
    public int Supported(Shift shift, int present)
    {
        var most = 0;
        foreach (var step in this[shift])
            if (step.MinStaff <= present && step.MaxChildren > most) most = step.MaxChildren;
        return most;
    }

    /// <summary>The fewest who are enough for so many children, or null when no step is.</summary>
    public int? StaffFor(Shift shift, int children)
    {
        int? fewest = null;
        foreach (var step in this[shift])
            if (step.MaxChildren >= children && !(fewest <= step.MinStaff)) fewest = step.MinStaff;
        return fewest;
    }

    public bool Equals(RatioTable? other) =>
        other is not null && Day.SequenceEqual(other.Day) && Evening.SequenceEqual(other.Evening) && Night.SequenceEqual(other.Night);

    public override int GetHashCode() => HashCode.Combine(Day.Length, Evening.Length, Night.Length);
}

/// <param name="MinStaff">0 to 100: a sleeping night may need nobody awake.</param>
/// <param name="MaxChildren">1 to 500.</param>
public readonly record struct RatioStep(int MinStaff, int MaxChildren);

/// <summary>A shift of one day: the day on which it starts, by the clock of Europe/Amsterdam.</summary>
public readonly record struct ShiftKey(DateOnly Date, Shift Shift) : IComparable<ShiftKey>
{
    public int CompareTo(ShiftKey other) => Date != other.Date ? Date.CompareTo(other.Date) : Shift.CompareTo(other.Shift);
}

/// <param name="Planned">0 to 100.</param>
public readonly record struct PlannedStaff(StaffFunction Function, int Planned);

/// <param name="Planned">0 to 100, on every day.</param>
public readonly record struct StandardStaff(Shift Shift, StaffFunction Function, int Planned);

/// <summary>One function in one shift. How many of them are absent is always derived from the absences.</summary>
public readonly record struct RosterLine(StaffFunction Function, int Planned, int BorrowedIn = 0, int LentOut = 0, int RedeployedIn = 0, int RedeployedOut = 0)
{
    /// <summary>Who is there when nobody is absent. May be negative in one function; lending below zero is refused.</summary>
    public int Expected => Planned + BorrowedIn - LentOut + RedeployedIn - RedeployedOut;
}

/// <summary>The roster of one shift.</summary>
/// <param name="Lines">By function, each once.</param>
public sealed record Roster(ShiftKey Key, ImmutableArray<RosterLine> Lines, DateTimeOffset AsOf);

/// <summary>So many of one function do not come to the named shifts.</summary>
/// <param name="Shifts">Each once, in their order; at least one.</param>
/// <param name="Until">Exclusive, after <paramref name="From"/>; null until it is ended.</param>
/// <param name="Count">1 to 100.</param>
/// <param name="ExpectedReturn">What is hoped for. It ends nothing.</param>
public sealed record Absence(
    string UnitId, StaffFunction Function, ImmutableArray<Shift> Shifts, DateTimeOffset From, DateTimeOffset? Until, int Count, AbsenceReason Reason,
    DateTimeOffset? ExpectedReturn = null)
{
    /// <summary>Whether it counts in a shift of that kind between two instants. It counts whole, however short the time they share;
    /// one that was ended no later than it began never was.</summary>
    public bool CountsIn(Shift shift, DateTimeOffset start, DateTimeOffset end) =>
        From < end && !(Until <= start) && !(Until <= From) && Shifts.Contains(shift);

    public bool Equals(Absence? other) => other is not null
        && (UnitId, Function, From, Until, Count, Reason, ExpectedReturn) == (other.UnitId, other.Function, other.From, other.Until, other.Count, other.Reason, other.ExpectedReturn)
        && Shifts.SequenceEqual(other.Shifts);

    public override int GetHashCode() => HashCode.Combine(UnitId, Function, From, Count);
}

/// <param name="AsOf">Of the report that says so.</param>
public sealed record ReportedAbsence(string Id, Absence Absence, DateTimeOffset AsOf);

/// <summary>What is known of a unit's staff. What is over for more than <see cref="FacilityLimits.StaffDaysMax"/> days when something newer is said is let go.</summary>
/// <param name="Standard">Who is planned where no roster says otherwise, by shift and function.</param>
/// <param name="StandardAsOf">Null as long as nobody said it.</param>
/// <param name="Rosters">By date and shift.</param>
/// <param name="Absences">By id; those that are over as well.</param>
/// <param name="AsOf">Of the newest report of any of these; null when nothing was ever reported.</param>
/// <param name="FreshAsOf">The moment of the last report or confirmation: freshness counts from here.</param>
public sealed record UnitStaff(
    ImmutableArray<StandardStaff> Standard, DateTimeOffset? StandardAsOf, ImmutableArray<Roster> Rosters, ImmutableArray<ReportedAbsence> Absences,
    DateTimeOffset? AsOf, DateTimeOffset? FreshAsOf)
{
    public static readonly UnitStaff None = new([], null, [], [], null, null);

    public Roster? RosterOf(ShiftKey key)
    {
        var (low, high) = (0, Rosters.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Rosters[middle].Key.CompareTo(key);
            if (order == 0) return Rosters[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    public ReportedAbsence? Find(string absenceId)
    {
        foreach (var absence in Absences)
            if (absence.Id == absenceId) return absence;
        return null;
    }
}
