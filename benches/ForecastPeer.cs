using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;

namespace Bench;

/// <summary>Domain 4 as it reads, in LINQ, for ratio-staffed units: nothing is kept and nothing is shared with the rules but their types.</summary>
/// <param name="days">Days of shifts that are looked at, from yesterday on: 4 hold those of the next 24 hours and the one that comes in next, 10 a forecast.</param>
internal sealed class ForecastPeer(FacilityState facility, DateTimeOffset now, Policy policy, int days)
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Amsterdam");
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    // Those that have not ended.
    private readonly ShiftSpan[] _shifts = [..
        from day in Enumerable.Range(-1, days)
        from shift in Enum.GetValues<Shift>()
        let date = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, Zone).DateTime).AddDays(day)
        let start = policy[PolicyNumbers.ShiftStart[(int)shift]]
        let end = policy[PolicyNumbers.ShiftEnd[(int)shift]]
        let span = new ShiftSpan(new(date, shift), At(date, start), At(end > start ? date : date.AddDays(1), end))
        where span.End > now
        orderby span.Start
        select span];

    public UnitCapacity Capacity(string unitId)
    {
        var unit = facility.Units[unitId];
        var stays = facility.Occupancies.Values.Where(stay => stay.UnitId == unitId).ToList();
        var holds = Holds(unitId).ToList();
        var (occupied, held) = (stays.Count + (unit.Beds?.OtherOccupied ?? 0), holds.Sum(hold => hold.Beds));
        var horizon = _shifts.Where(span => span.Start < now.AddHours(24)).Select(span => Staff(unit, span)).ToList();
        var staffing = horizon.Max(staff => staff.Basis);
        int? staffed = staffing == Basis.Unknown ? null : horizon.Min(staff => Supported(unit, staff));
        var freshnesses = new Freshnesses(
            Age(unit.Beds?.FreshAsOf, BedsInterval),
            staffing == Basis.Unknown || unit.Staff.FreshAsOf is null ? Freshness.Unknown
                : unit.StaffShortSince is not null ? Freshness.Stale : Age(unit.Staff.FreshAsOf, StaffingInterval),
            Age(facility.Openness.FreshAsOf, OpennessInterval));
        var known = new[] { freshnesses.Beds, freshnesses.Staffing, freshnesses.Openness }.All(freshness => freshness != Freshness.Unknown);
        var basis = !known ? Basis.Unknown : unit.DisputedSince is not null ? Basis.Disputed : new[] { unit.Beds!.Basis, staffing }.Max();
        return new(
            unit.Profile.CapacityKind, unit.Cohort, facility.Openness.ExpectedReopening <= now ? Openness.Unknown : facility.Openness.Value,
            unit.CrisisUse is not { } use || use.Until <= now ? CrisisUse.AfterConsultation : use.Value, basis, unit.DisputedSince is not null, freshnesses,
            unit.Licensed, Math.Min(unit.Licensed, Blocks(unitId).Where(block => block.From <= now && !(block.Until <= now)).Sum(block => block.Beds)),
            staffed, occupied, held,
            Math.Max(0, unit.Profile.SingleRooms - stays.Count(stay => stay.SingleRoom) - holds.Where(hold => hold.SingleRoom).Sum(hold => hold.Beds)),
            unit.Beds?.FreshAsOf, staffing,
            staffed < occupied + held ? horizon.First(staff => Supported(unit, staff) < occupied + held).Span : null);
    }

    public DateTimeOffset? ValidUntil(string unitId)
    {
        var unit = facility.Units[unitId];
        return FirstToCome([
            .. Turns(unit.Beds?.FreshAsOf, BedsInterval), .. Turns(unit.Staff.FreshAsOf, StaffingInterval), .. Turns(facility.Openness.FreshAsOf, OpennessInterval),
            .. ShiftChanges(), facility.Openness.ExpectedReopening, unit.CrisisUse?.Until,
            .. Blocks(unitId).SelectMany(block => new[] { block.From, block.Until }),
            .. facility.Holds.Values.Where(hold => hold.UnitId == unitId && hold.State == HoldState.Active).Select(hold => (DateTimeOffset?)hold.Until)]);
    }

    public ImmutableArray<ForecastShift> Forecast(string unitId)
    {
        var unit = facility.Units[unitId];
        return [..
            from span in _shifts.Take(21)
            let begin = span.Start > now ? span.Start : now
            let staff = Staff(unit, span)
            select new ForecastShift(
                staff, staff.Basis == Basis.Unknown ? null : Supported(unit, staff), unit.Licensed,
                Math.Min(unit.Licensed, Blocks(unitId).Where(block => block.From < span.End && !(block.Until <= begin)).Sum(block => block.Beds)),
                (unit.Beds?.OtherOccupied ?? 0)
                    + facility.Occupancies.Values.Count(stay => stay.UnitId == unitId && (stay.PlannedEnd is null || stay.PlannedEnd > begin || stay.PlannedEnd <= now)),
                Holds(unitId).Sum(hold => hold.Beds))];
    }

    /// <summary>When the facility must act by itself: now while a shortfall is to be noticed or an offer to be taken back, else when time alone may bring one.</summary>
    public DateTimeOffset? Due()
    {
        var ends = facility.Holds.Values.Where(hold => hold.State == HoldState.Active).Min(hold => (DateTimeOffset?)hold.Until);
        if (ends <= now) return ends;
        if (facility.Units.Keys.Any(OwesShortfall) || (facility.Crucial && facility.Units.Keys.Any(OwesForecast))) return now;
        return FirstToCome([
            ends, .. facility.Blocks.Values.SelectMany(block => new[] { block.From, block.Until }), .. ShiftChanges(),
            .. facility.Crucial ? facility.Occupancies.Values.Select(stay => stay.PlannedEnd).Append(_shifts[0].End) : []]);
    }

    private bool OwesShortfall(string unitId)
    {
        var capacity = Capacity(unitId);
        if (capacity.Basis == Basis.Unknown) return false;
        if (capacity.Shortfall != facility.Units[unitId].ShortfallNoted) return true;
        var from = capacity.Licensed - capacity.Blocked >= capacity.Occupied + capacity.Held && capacity.ShortShift is { } shift && shift.Start > now ? shift.Start : now;
        return capacity.Slack < 0 && Holds(unitId).Any(hold => hold.State == HoldState.Active && from < hold.Until);
    }

    private bool OwesForecast(string unitId)
    {
        var unit = facility.Units[unitId];
        if (unit.Beds is null) return false;
        var shorts = Forecast(unitId).Where(shift => shift.Staffed is not null && shift.Shortfall > 0).Select(shift => (ShiftKey?)shift.Key);
        return shorts.FirstOrDefault() is { } first && !unit.ForecastNoted.Contains(first);
    }

    private ShiftStaff Staff(UnitState unit, ShiftSpan span)
    {
        var roster = unit.Staff.Rosters.FirstOrDefault(roster => roster.Key == span.Key);
        var lines = roster?.Lines.Where(line => Counts(line.Function)).ToList()
            ?? unit.Staff.Standard.Where(line => line.Shift == span.Key.Shift && Counts(line.Function)).Select(line => new RosterLine(line.Function, line.Planned)).ToList();
        var absent = unit.Staff.Absences.Select(known => known.Absence)
            .Where(absence => Counts(absence.Function) && absence.Shifts.Contains(span.Key.Shift) && absence.From < span.End
                && !(absence.Until <= span.Start) && !(absence.Until <= absence.From))
            .Sum(absence => absence.Count);
        return new(
            span, lines.Sum(line => line.Planned), lines.Sum(line => line.BorrowedIn - line.LentOut + line.RedeployedIn - line.RedeployedOut), absent,
            roster is not null ? Basis.Reported : unit.Staff.StandardAsOf is not null ? Basis.Assumed : Basis.Unknown);
    }

    private static int Supported(UnitState unit, ShiftStaff staff)
    {
        var present = Math.Max(0, staff.Planned - staff.Absent + staff.Moved);
        return unit.Profile.Ratio![staff.Span.Key.Shift].Where(step => step.MinStaff <= present).Select(step => step.MaxChildren).DefaultIfEmpty(0).Max();
    }

    private IEnumerable<Hold> Holds(string unitId) =>
        facility.Holds.Values.Where(hold => hold.UnitId == unitId && (hold.State == HoldState.Consented || now < hold.Until));

    private IEnumerable<Block> Blocks(string unitId) => facility.Blocks.Values.Where(block => block.UnitId == unitId);

    private bool Counts(StaffFunction function) => policy[PolicyNumbers.CountsForRatio[(int)function]] == 1;

    // A shift is in [t, t + 24 h) from just after 24 hours before its start until its end.
    private IEnumerable<DateTimeOffset?> ShiftChanges() => _shifts.SelectMany(span => new DateTimeOffset?[] { span.End, span.Start.AddHours(-24) + Microsecond });

    private static IEnumerable<DateTimeOffset?> Turns(DateTimeOffset? since, TimeSpan interval) => [since + interval + Microsecond, since + (interval * 2) + Microsecond];

    private DateTimeOffset? FirstToCome(IEnumerable<DateTimeOffset?> instants) => instants.Where(at => at > now).Min();

    private Freshness Age(DateTimeOffset? since, TimeSpan interval) =>
        since is null ? Freshness.Unknown : now - since <= interval ? Freshness.Fresh : now - since <= interval * 2 ? Freshness.Ageing : Freshness.Stale;

    private TimeSpan BedsInterval => policy.Minutes(policy.Mode == RegionMode.Crisis ? PolicyNumbers.BedsIntervalCrisis : PolicyNumbers.BedsInterval);
    private TimeSpan StaffingInterval => policy.Minutes(PolicyNumbers.StaffingInterval);
    private TimeSpan OpennessInterval => policy.Minutes(policy.Mode == RegionMode.Crisis ? PolicyNumbers.OpennessIntervalCrisis : PolicyNumbers.OpennessInterval);

    private static DateTimeOffset At(DateOnly date, int minute) =>
        new(TimeZoneInfo.ConvertTimeToUtc(date.ToDateTime(TimeOnly.MinValue.AddMinutes(minute)), Zone), TimeSpan.Zero);
}
