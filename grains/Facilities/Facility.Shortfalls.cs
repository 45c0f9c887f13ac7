using Grains.Capacity;
using Grains.Kernel;

namespace Grains.Facilities;

// What a shortfall does (domain 4). It is noticed, offers that nobody has agreed to are taken back, and nothing else moves:
// what was agreed waits for the desk, and no child is ever displaced.
public static partial class Facility
{
    /// <summary>What the facility's clock has to say or to take back at an instant, first things first; null for nothing.</summary>
    internal static FacilityCommand? Owes(FacilityState state, Policy policy, DateTimeOffset now)
    {
        FacilityCommand? revoke = null;
        foreach (var (unitId, unit) in state.Units)
        {
            var capacity = UnitCapacity.At(state, unitId, now, policy);
            if (Shortfall(unit, capacity) != unit.ShortfallNoted) return new FacilityCommand.NoticeShortfall(unitId);
            if (revoke is null && NextToRevoke(state, unitId, capacity, now) is { } hold) revoke = new FacilityCommand.RevokeHold(hold.RequestId, hold.Attempt);
        }
        return revoke ?? OwesForecast(state, policy, now);
    }

    private static FacilityCommand.NoticeForecastShortfall? OwesForecast(FacilityState state, Policy policy, DateTimeOffset now)
    {
        if (!state.Crucial) return null;
        foreach (var (unitId, _) in state.Units)
            if (ForecastNews(state, unitId, policy, now) is not null) return new(unitId);
        return null;
    }

    /// <summary>The first instant after <paramref name="now"/> at which a shortfall may begin, end or come into sight by time alone; null for never.</summary>
    private static DateTimeOffset? NextLook(FacilityState state, Policy policy, DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        var calendar = ShiftCalendar.Of(policy);
        foreach (var (_, unit) in state.Units)
            if (!unit.Staff.Rosters.IsEmpty || !unit.Staff.Absences.IsEmpty || unit.ShortfallNoted > 0) next = Earliest.Of(next, Staffing.NextChange(unit, now, calendar));
        foreach (var (_, block) in state.Blocks)
            next = Earliest.Of(next, Earliest.After(now, block.From), Earliest.After(now, block.Until));
        if (!state.Crucial || state.Units.IsEmpty) return next;

        next = Earliest.Of(next, calendar.After(now).Next().End);
        foreach (var (_, stay) in state.Occupancies) next = Earliest.Of(next, Earliest.After(now, stay.PlannedEnd));
        return next;
    }

    private static Decision<FacilityEvent> NoticeShortfall(FacilityState state, FacilityCommand.NoticeShortfall c, Context context)
    {
        if (!state.Units.TryGetValue(c.UnitId, out var unit)) return Refuse(Reason.UnknownUnit);
        var capacity = UnitCapacity.At(state, c.UnitId, context.Now, context.Policy);
        var shortfall = Shortfall(unit, capacity);
        return shortfall == unit.ShortfallNoted ? Already : Accept(new FacilityEvent.ShortfallNoticed(
            c.UnitId, shortfall, unit.ShortfallNoted, capacity.ShortShift?.Key.Date, capacity.ShortShift?.Key.Shift, context.Now));
    }

    // Of a unit that is Unknown nobody can tell: what was noticed last stands.
    private static int Shortfall(UnitState unit, in UnitCapacity capacity) => capacity.Basis == Basis.Unknown ? unit.ShortfallNoted : capacity.Shortfall;

    private static Decision<FacilityEvent> NoticeForecastShortfall(FacilityState state, FacilityCommand.NoticeForecastShortfall c, Context context)
    {
        if (!state.Units.ContainsKey(c.UnitId)) return Refuse(Reason.UnknownUnit);
        return ForecastNews(state, c.UnitId, context.Policy, context.Now) is { } shift
            ? Accept(new FacilityEvent.ForecastShortfallNoticed(c.UnitId, shift.Key.Date, shift.Key.Shift, shift.Shortfall, context.Now)) : Already;
    }

    /// <summary>The first short shift in the forecast of a crucial facility's unit, when it was not noticed before.</summary>
    private static ForecastShift? ForecastNews(FacilityState state, string unitId, Policy policy, DateTimeOffset now) =>
        state.Crucial && Forecast.FirstShort(state, unitId, now, policy) is { } shift && !state.Units[unitId].ForecastNoted.Contains(shift.Key) ? shift : null;

    // A hold that was consented to in the meantime, or is no longer one too many, must stop the whole step.
    private static Decision<FacilityEvent> RevokeHold(FacilityState state, FacilityCommand.RevokeHold c, Context context)
    {
        if (Find(state, c.RequestId, c.Attempt, out var hold) is { } missing) return missing == Reason.HoldEnded ? Already : Refuse(missing);
        var capacity = UnitCapacity.At(state, hold.UnitId, context.Now, context.Policy);
        return NextToRevoke(state, hold.UnitId, capacity, context.Now) == hold
            ? Accept(Over(hold, HoldEnd.Revoked, context.Now))
            : Refuse(Reason.NotAllowedInState, ("state", hold.State.ToString()), ("allowed_commands", "WithdrawOffer"));
    }

    /// <summary>The newest offer of a unit that is short of what it promised, when a short shift runs or starts within the offer's time.</summary>
    private static Hold? NextToRevoke(FacilityState state, string unitId, in UnitCapacity capacity, DateTimeOffset now)
    {
        if (capacity.Basis == Basis.Unknown || capacity.Slack >= 0) return null;
        var shortFrom = capacity.Licensed - capacity.Blocked >= capacity.Occupied + capacity.Held && capacity.ShortShift is { } shift
            ? shift.Start : now;
        Hold? newest = null;
        foreach (var (_, hold) in state.Holds)
        {
            if (hold.UnitId != unitId || hold.State != HoldState.Active || !hold.KeepsBedsAt(now) || (shortFrom > now && shortFrom >= hold.Until)) continue;
            if (newest is null || hold.Number > newest.Number) newest = hold;
        }
        return newest;
    }

    private static UnitState Noticed(UnitState unit, FacilityEvent.ForecastShortfallNoticed f)
    {
        var past = Amsterdam.DayOf(f.At).AddDays(-1);
        return unit with { ForecastNoted = [.. unit.ForecastNoted.Where(shift => shift.Date >= past), new(f.Date, f.Shift)] };
    }
}
