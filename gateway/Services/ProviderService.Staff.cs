using System.Globalization;
using Gateway.Access;
using Gateway.Rpc;
using Gateway.Views;
using Google.Protobuf.Collections;
using Grains.Facilities;
using Grains.Kernel;
using Plek.V1;
using Own = Grains.Facilities;

namespace Gateway.Services;

// Staff: rosters, absences, and what they come to.
public sealed partial class ProviderService
{
    private const int StaffMax = 100;
    private const int RosterDaysBack = 7;
    private const int RosterDaysAhead = 62;

    private async ValueTask<ReportAnswer> ReportAbsenceAsync(ReportAbsenceRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var id = Fields.ChosenId(Check.Given(request.Absence, "absence").AbsenceId, "absence.absence_id");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.ReportAbsence(id, Absence(request.Absence, writing.At), writing.At)));
    }

    private async ValueTask<ReportAnswer> EndAbsenceAsync(EndAbsenceRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var id = Check.Id(request.AbsenceId, "absence_id");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.EndAbsence(id, writing.At)));
    }

    private async ValueTask<ReportAnswer> SetRosterAsync(SetRosterRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var unit = Check.Id(request.UnitId, "unit_id");
        var shift = Fields.Word<Plek.V1.Shift, Own.Shift>(request.Shift, "shift");
        var planned = Planned(request.Planned, 0, 8, line => new Own.PlannedStaff(Function(line.Function), Count(line.Planned)), line => line.Function);
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.SetRoster(unit, RosterDate(request.Date, writing.At), shift, planned, writing.At)));
    }

    private async ValueTask<ReportAnswer> SetStandardRosterAsync(SetStandardRosterRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var unit = Check.Id(request.UnitId, "unit_id");
        var planned = Planned(
            request.Planned, 1, 24,
            line => new Own.StandardStaff(Fields.Word<Plek.V1.Shift, Own.Shift>(line.Shift, "planned.shift"), Function(line.Function), Count(line.Planned)),
            line => (line.Shift, line.Function));
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.SetStandardRoster(unit, planned, writing.At)));
    }

    private async ValueTask<PreviewAbsenceResponse> PreviewAbsenceAsync(PreviewAbsenceRequest request, Permit permit)
    {
        var (view, facility) = await FindAsync(request.AtLeastPosition, request.FacilityId, permit);
        var id = Fields.ChosenId(Check.Given(request.Absence, "absence").AbsenceId, "absence.absence_id");
        var (at, policy) = (view.EvaluatedAt, view.Policy);
        var absence = Absence(request.Absence, at);
        var decision = Own.Facility.Decider.Decide(facility.State, new FacilityCommand.ReportAbsence(id, absence, at), new(at, permit.Origin(at, null), policy));
        if (decision.Refusal is { } refusal) throw refusal.ToRpcException();

        var after = Own.Facility.Decider.Fold(facility.State, decision.Events);
        var unit = facility.Units.First(entry => entry.UnitId == absence.UnitId);
        return new()
        {
            Before = Show.Unit(unit, exactly: true),
            After = Show.Unit(unit with
            {
                Unit = after.Units[unit.UnitId],
                Capacity = Grains.Capacity.UnitCapacity.At(after, unit.UnitId, at, policy),
                ValidUntil = Grains.Capacity.UnitCapacity.ValidUntil(after, unit.UnitId, at, policy),
            }, exactly: true),
            ForecastBefore = { Show.Forecast(facility.State, unit.UnitId, at, policy) },
            ForecastAfter = { Show.Forecast(after, unit.UnitId, at, policy) },
            Position = view.Position,
            EvaluatedAt = at.ToWire(),
        };
    }

    private async ValueTask<GetStaffingResponse> GetStaffingAsync(GetStaffingRequest request, Permit permit)
    {
        var only = request.UnitId.Length == 0 ? null : Check.Id(request.UnitId, "unit_id");
        var (view, facility) = await FindAsync(request.AtLeastPosition, request.FacilityId, permit);
        if (only is not null && !facility.State.Units.ContainsKey(only)) throw new Refusal(Reason.UnknownUnit).ToRpcException();
        return new()
        {
            Units = { facility.Units.Where(unit => only is null || unit.UnitId == only).Select(unit => Show.Staffing(facility.State, unit, view.EvaluatedAt, view.Policy)) },
            Position = view.Position,
            EvaluatedAt = view.EvaluatedAt.ToWire(),
        };
    }

    private async ValueTask<(CapacityView View, Views.FacilityEntry Facility)> FindAsync(long atLeast, string facilityId, Permit permit)
    {
        var id = Check.Id(facilityId, "facility_id");
        await views.ReachAsync(atLeast, permit.Cancel);
        var view = views.Capacity.Current;
        return view.Find(id) is { State.Profile: not null } found ? (view, found) : throw new Refusal(Reason.UnknownFacility).ToRpcException();
    }

    private static Own.Absence Absence(Plek.V1.Absence given, DateTimeOffset at)
    {
        var unit = Check.Id(given.UnitId, "absence.unit_id");
        var function = Fields.Word<Plek.V1.StaffFunction, Own.StaffFunction>(given.Function, "absence.function");
        Fields.Count(given.Shifts, 1, 3, "absence.shifts");
        var shifts = given.Shifts.Select(shift => Fields.Word<Plek.V1.Shift, Own.Shift>(shift, "absence.shifts")).Order().ToList();
        if (shifts.Distinct().Count() < shifts.Count) throw RpcException.Invalid("absence.shifts", "must not name the same twice");
        var from = Fields.Instant(given.From, "absence.from") ?? at;
        if (from > at + BlockAheadMax) throw RpcException.Invalid("absence.from", "must lie at most 1 year ahead");
        return new(
            unit, function, [.. shifts], from, Fields.After(given.Until, from, AheadMax, "absence.until"), Check.Range(given.Count, 1, StaffMax, "absence.count"),
            Fields.Word<Plek.V1.AbsenceReason, Own.AbsenceReason>(given.Reason, "absence.reason"), Fields.After(given.ExpectedReturn, from, AheadMax, "absence.expected_return"));
    }

    private static DateOnly RosterDate(string value, DateTimeOffset at)
    {
        var today = Amsterdam.DayOf(at);
        return DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
            && date >= today.AddDays(-RosterDaysBack) && date <= today.AddDays(RosterDaysAhead)
            ? date
            : throw RpcException.Invalid("date", $"must be a day such as {today:yyyy-MM-dd}, at most {RosterDaysBack} days back and {RosterDaysAhead} ahead");
    }

    private static System.Collections.Immutable.ImmutableArray<TOwn> Planned<TWire, TOwn, TKey>(
        RepeatedField<TWire> given, int min, int max, Func<TWire, TOwn> read, Func<TWire, TKey> key)
    {
        Fields.Count(given, min, max, "planned");
        if (given.DistinctBy(key).Count() < given.Count) throw RpcException.Invalid("planned", "must not name the same twice");
        return [.. given.Select(read)];
    }

    private static Own.StaffFunction Function(Plek.V1.StaffFunction function) => Fields.Word<Plek.V1.StaffFunction, Own.StaffFunction>(function, "planned.function");

    private static int Count(int planned) => Check.Range(planned, 0, StaffMax, "planned.planned");
}
