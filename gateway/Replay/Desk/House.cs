using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>One facility: what it reports each day, and what it does about its own refusals.</summary>
/// <remarks>How many live there stays about the same: children who leave make room for others whom Plek never sees, as most are placed. When
/// many people of its municipality are admitted to hospital, its staff is ill too: it declares fewer places, and may stop taking children in.</remarks>
internal sealed class House
{
    private const int ReportEveryDays = 7;
    private const int StopDaysMax = 10;

    private readonly Scene _scene;
    private readonly Facility _facility;
    private readonly Dice _dice;
    private readonly List<Occupancy> _residents;
    private readonly List<(UnitLine Unit, RefusalCode Code)> _toMend = [];
    private readonly Dictionary<string, int> _usual = new(StringComparer.Ordinal); // Children in a unit, by its id.
    private readonly Dictionary<string, string> _ill = new(StringComparer.Ordinal);  // The open absence of a unit.
    private readonly Dictionary<string, int> _staffed = new(StringComparer.Ordinal); // Places with staff when nobody is ill.
    private Openness _openness;
    private int _absences;
    private DateTimeOffset? _reopens;

    public House(Scene scene, GetCapacityResponse seen)
    {
        (_scene, _facility) = (scene, seen.Facility);
        _dice = new(scene.Seed, $"facility {_facility.FacilityId}");
        _residents = [.. seen.Occupancies.Where(stay => stay.RequestId.Length == 0)];
        (_openness, _reopens) = (_facility.Openness, _facility.ExpectedReopening?.ToDateTimeOffset());
        foreach (var unit in Units)
        {
            _usual[unit.UnitId] = unit.Occupied;
            if (unit is { Declares: true, Staffed: { } staffed }) _staffed[unit.UnitId] = staffed;
        }
    }

    private string Token => _scene.Tokens.Providers(_facility.ProviderId);

    private IEnumerable<UnitLine> Units => _scene.Book.Units.Values.Where(unit => unit.FacilityId == _facility.FacilityId);

    /// <summary>Lives until the replay ends.</summary>
    public async Task LiveAsync()
    {
        for (var day = 0; ; day++)
        {
            await _scene.Agenda.UntilAsync(MorningAfter(_scene.Now));
            if (_dice.Percent(92)) await ReportAsync(day);
            await LeaveAsync();
            await StaffAsync();
            await OpenAsync();
        }
    }

    /// <summary>It said no; what that asks of it is done on a morning after.</summary>
    public void Refused(UnitLine unit, RefusalCode code) => _toMend.Add((unit, code));

    private DateTimeOffset MorningAfter(DateTimeOffset now)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return today.AddDays(1).AddMinutes(_dice.From(5 * 60, 9 * 60));
    }

    private async Task ReportAsync(int day)
    {
        foreach (var (unit, code) in _toMend.ToList())
        {
            if (_dice.Percent(30)) continue; // Another day.
            _toMend.Remove((unit, code));
            await MendAsync(unit, code);
        }
        foreach (var (index, unit) in Units.Index())
            if ((day + index) % ReportEveryDays == 0) await CountAsync(unit);
        await _scene.Caller.WriteAsync<ReportAnswer>(Token, new ConfirmUnchangedRequest { FacilityId = _facility.FacilityId });
    }

    private async Task MendAsync(UnitLine unit, RefusalCode code)
    {
        switch (code)
        {
            case RefusalCode.NoBedInReality:
                await CountAsync(unit);
                break;
            case RefusalCode.StaffShortage when unit is { Declares: true, Staffed: { } staffed }:
                await DeclareAsync(unit, staffed);
                break;
            case RefusalCode.NotForCrisis:
                await _scene.Caller.WriteAsync<ReportAnswer>(Token, new SetCrisisUseRequest
                {
                    FacilityId = unit.FacilityId,
                    UnitId = unit.UnitId,
                    CrisisUse = _dice.Percent(70) ? CrisisUse.AfterConsultation : CrisisUse.Allowed,
                });
                break;
        }
    }

    // Now and then somebody miscounts, and says so ten minutes later; or finds a count of last week on a desk.
    private async Task CountAsync(UnitLine unit)
    {
        var occupied = Math.Clamp(_usual[unit.UnitId] + _dice.From(-1, 1), unit.Stays.Count, Math.Max(unit.Stays.Count, unit.Licensed));
        if (_dice.Percent(5) && occupied < unit.Licensed)
        {
            await CountAsync(unit, occupied + 1, null);
            await _scene.Agenda.MinutesAsync(10);
            occupied = Math.Max(occupied, unit.Stays.Count);
            _scene.Tally.Count("reports corrected");
        }
        await CountAsync(unit, occupied, null);
        if (_dice.Percent(3)) await CountAsync(unit, unit.Licensed, _scene.Now.AddDays(-_dice.From(3, 7)));
    }

    private async Task CountAsync(UnitLine unit, int occupied, DateTimeOffset? observed)
    {
        var report = new ReportBedsRequest { FacilityId = unit.FacilityId, UnitId = unit.UnitId, Occupied = occupied, OccurredAt = observed?.ToTimestamp() };
        var answer = await _scene.Caller.WriteAsync<ReportAnswer>(Token, report, observed is null ? [] : ["BELOW_KNOWN_PLACEMENTS"]);
        if (answer.Message is null) return;
        _scene.Tally.Count(observed is null ? "beds reported" : "late reports");
        unit.Reported(occupied, observed ?? _scene.Now);
        await SettleAsync(stopped: false);
    }

    // Those who lived here before leave one by one.
    private async Task LeaveAsync()
    {
        foreach (var stay in _residents.ToList())
        {
            if (!_dice.Percent(1) || _dice.Percent(40)) continue;
            var answer = await _scene.Caller.WriteAsync<ReportAnswer>(Token, new EndOccupancyRequest { FacilityId = _facility.FacilityId, OccupancyId = stay.OccupancyId });
            if (answer.Message is null) continue;
            _scene.Book.Units[stay.UnitId].Ended(stay.OccupancyId, _scene.Now);
            _residents.Remove(stay);
        }
    }

    private async Task StaffAsync()
    {
        var ill = _scene.Admissions.InWeek(Today, _facility.Municipality);
        foreach (var unit in Units.Where(unit => _staffed.ContainsKey(unit.UnitId)))
        {
            var usual = _staffed[unit.UnitId];
            if (unit.Staffed == usual && _dice.From(0, 999) < 5 + ill) await FallIllAsync(unit, usual);
            else if (unit.Staffed < usual && _dice.Percent(25)) await RecoverAsync(unit, usual);
        }
    }

    // Staff calls in sick: the declared number stands and ages at once, until somebody has counted who is left.
    private async Task FallIllAsync(UnitLine unit, int usual)
    {
        var ill = _dice.From(1, 3);
        var absence = new Absence
        {
            AbsenceId = $"{unit.UnitId}-{++_absences}",
            UnitId = unit.UnitId,
            Function = StaffFunction.Pedagogical,
            Shifts = { Shift.Day, Shift.Evening },
            Count = ill,
            Reason = _dice.Of([AbsenceReason.Ill, AbsenceReason.Ill, AbsenceReason.Quarantine]),
        };
        if (_dice.Percent(50)) absence.ExpectedReturn = _scene.Now.AddDays(5).ToTimestamp();
        if (await SayAsync(new ReportAbsenceRequest { FacilityId = _facility.FacilityId, Absence = absence })) _scene.Tally.Count("absences reported");
        await _scene.Agenda.MinutesAsync(_dice.From(10, 60));
        await DeclareAsync(unit, Math.Max(0, usual - ill));
        _ill[unit.UnitId] = absence.AbsenceId;
    }

    private async Task RecoverAsync(UnitLine unit, int usual)
    {
        await SayAsync(new EndAbsenceRequest { FacilityId = _facility.FacilityId, AbsenceId = _ill[unit.UnitId] });
        await DeclareAsync(unit, usual);
    }

    private async Task DeclareAsync(UnitLine unit, int operable)
    {
        var answer = await _scene.Caller.WriteAsync<ReportAnswer>(Token, new DeclareOperableRequest { FacilityId = unit.FacilityId, UnitId = unit.UnitId, Operable = operable });
        if (answer.Message is null) return;
        unit.Staffed = operable;
        _scene.Tally.Count("operable declared");
        if (unit.ShortAt(_scene.Now) > 0) _scene.Tally.Count("shortfalls");
        await SettleAsync(stopped: false);
    }

    private async Task OpenAsync()
    {
        if (_openness == Openness.Open)
        {
            if (_dice.From(0, 999) >= 2 + _scene.Admissions.InWeek(Today, _facility.Municipality) / 5) return;
            var reopens = _scene.Now.AddDays(_dice.From(2, StopDaysMax));
            var stop = new SetOpennessRequest { Openness = Openness.AdmissionStop, Reason = _dice.Of([OpennessReason.Infection, OpennessReason.Staff]), ExpectedReopening = reopens.ToTimestamp() };
            if (!await SetAsync(stop)) return;
            _reopens = reopens;
            _scene.Tally.Count("admission stops");
            await SettleAsync(stopped: true);
        }
        else if ((_reopens is null ? _dice.Percent(5) : _reopens <= _scene.Now) && _dice.Percent(75)) // Some forget it, and are Unknown meanwhile.
        {
            await SetAsync(new() { Openness = Openness.Open });
        }
    }

    private async Task<bool> SetAsync(SetOpennessRequest request)
    {
        request.FacilityId = _facility.FacilityId;
        var answer = await _scene.Caller.WriteAsync<ReportAnswer>(Token, request);
        if (answer.Message is null) return false;
        _openness = request.Openness;
        return true;
    }

    private async Task<bool> SayAsync(Google.Protobuf.IMessage report) => (await _scene.Caller.WriteAsync<ReportAnswer>(Token, report)).Message is not null;

    // What the unit can no longer keep is taken back by the service's own clock: the same offers as in the book, and no other.
    private async Task SettleAsync(bool stopped)
    {
        var revoked = Units.Sum(unit => Book.Revoke(unit, stopped, _scene.Now));
        if (revoked == 0) return;
        _scene.Tally.Count("holds revoked", revoked);
        var seen = await _scene.Caller.ReadAsync<GetCapacityResponse>(_scene.Tokens.Desk, new GetCapacityRequest { FacilityId = _facility.FacilityId }, Agrees);
        if (!Agrees(seen)) _scene.Caller.Surprise($"{_facility.FacilityId}: after a shortfall or a stop other holds stand than must");

        bool Agrees(GetCapacityResponse shown) => Units.SelectMany(unit => unit.Holds).Select(hold => (hold.Request, hold.Attempt))
            .Order().SequenceEqual(shown.Holds.Select(hold => (hold.RequestId, hold.Attempt)).Order());
    }

    private DateOnly Today => DateOnly.FromDateTime(_scene.Now.UtcDateTime);
}
