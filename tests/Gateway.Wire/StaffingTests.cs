using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>Staff of a group of the sample: looked at, previewed, reported absent and back.</summary>
public sealed class StaffingTests(PlekHost host) : IClassFixture<PlekHost>
{
    private const string Facility = "de-kade";
    private const string Unit = "de-kade-jong";

    private PlekCaller Reporter => host.As(Role.ProviderReporter, provider: "merwetij");

    private static Absence Evening => new()
    {
        AbsenceId = "evening",
        UnitId = Unit,
        Function = StaffFunction.Pedagogical,
        Shifts = { Shift.Evening },
        Count = 1,
        Reason = AbsenceReason.Ill,
    };

    [Fact]
    public async Task An_absence_is_previewed_reported_and_ended()
    {
        var before = await StaffingAsync();
        Assert.Equal((StaffingKind.ShiftRatio, 21, Basis.Assumed), (before.Staffing, before.Forecast.Count, before.Age.Basis));
        Assert.Equal([2, 2, 1], before.Standard.Select(line => line.Planned));

        var preview = await Reporter.CallAsync<PreviewAbsenceResponse>(new PreviewAbsenceRequest { FacilityId = Facility, Absence = Evening });
        Assert.Equal((8, 4), (preview.Before.Exact.Staffed, preview.After.Exact.Staffed));
        var evenings = preview.ForecastBefore.Zip(preview.ForecastAfter).Where(shift => shift.First.Shift.Shift == Shift.Evening).ToArray();
        Assert.Equal(7, evenings.Length);
        Assert.All(evenings, shift => Assert.Equal((8, 4, 1), (shift.First.Staffed, shift.Second.Staffed, shift.Second.Absent)));
        Assert.Empty((await StaffingAsync()).Absences);

        var reported = await Reporter.CallAsync<ReportAnswer>(new ReportAbsenceRequest { CommandId = Fresh(), FacilityId = Facility, Absence = Evening });
        Assert.Equal(Evening.AbsenceId, Assert.Single((await StaffingAsync(reported.Position)).Absences).AbsenceId);
        var shown = await CapacityAsync(reported.Position);
        Assert.Equal((4, Math.Max(0, shown.Exact.Occupied + shown.Exact.Held - 4)), (shown.Exact.Staffed, shown.Exact.Shortfall));
        Assert.Equal(shown.Exact.Shortfall > 0 ? Shift.Evening : Shift.Unspecified, shown.Exact.ShortShift?.Shift ?? Shift.Unspecified);

        var ended = await Reporter.CallAsync<ReportAnswer>(new EndAbsenceRequest { CommandId = Fresh(), FacilityId = Facility, AbsenceId = Evening.AbsenceId, OccurredAt = new() { Seconds = 1_000_000_000 } });
        Assert.Equal(8, (await CapacityAsync(ended.Position)).Exact.Staffed);
    }

    [Fact]
    public async Task A_roster_of_a_shift_replaces_the_standard_one()
    {
        var shift = (await StaffingAsync()).Forecast[9].Shift;
        var set = await Reporter.CallAsync<ReportAnswer>(new SetRosterRequest
        {
            CommandId = Fresh(),
            FacilityId = Facility,
            UnitId = Unit,
            Date = shift.Date,
            Shift = shift.Shift,
            Planned = { new PlannedStaff { Function = StaffFunction.Nurse, Planned = 5 } },
        });
        var planned = (await StaffingAsync(set.Position)).Forecast[9];
        Assert.Equal((5, 5, Basis.Reported), (planned.Planned, planned.Present, planned.Basis));
    }

    [Fact]
    public async Task What_is_wrong_is_named()
    {
        var reporter = Reporter;
        async Task WrongAsync(string field, Action<Absence> spoil)
        {
            var absence = Evening;
            spoil(absence);
            var failure = await reporter.FailAsync(new ReportAbsenceRequest { CommandId = Fresh(), FacilityId = Facility, Absence = absence });
            Assert.Contains(field, failure.ToString(), StringComparison.Ordinal);
        }
        await WrongAsync("absence.absence_id", absence => absence.AbsenceId = "123456782");
        await WrongAsync("absence.unit_id", absence => absence.UnitId = "");
        await WrongAsync("absence.function", absence => absence.Function = default);
        await WrongAsync("absence.shifts", absence => absence.Shifts.Clear());
        await WrongAsync("absence.shifts", absence => absence.Shifts.Add(Shift.Evening));
        await WrongAsync("absence.count", absence => absence.Count = 0);
        await WrongAsync("absence.reason", absence => absence.Reason = default);
        await WrongAsync("absence.until", absence => absence.Until = new() { Seconds = 1_000_000_000 });
        var roster = new SetRosterRequest { CommandId = Fresh(), FacilityId = Facility, UnitId = Unit, Date = "21-11-2026", Shift = Shift.Day };
        Assert.Contains("date", (await reporter.FailAsync(roster)).ToString(), StringComparison.Ordinal);
    }

    private async Task<UnitStaffing> StaffingAsync(long position = 0) => Assert.Single((await Reporter.CallAsync<GetStaffingResponse>(
        new GetStaffingRequest { AtLeastPosition = position, FacilityId = Facility, UnitId = Unit })).Units);

    private async Task<UnitCapacity> CapacityAsync(long position) => (await Reporter.CallAsync<GetCapacityResponse>(
        new GetCapacityRequest { AtLeastPosition = position, FacilityId = Facility })).Capacity.Single(unit => unit.UnitId == Unit);
}
