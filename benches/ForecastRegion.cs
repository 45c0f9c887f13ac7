using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;

namespace Bench;

/// <summary>Made-up facilities of four ratio-staffed units, folded from their events; the same ones always. Every other one is crucial.</summary>
/// <remarks>In the next days each has 84 rosters (21 a unit; in half the facilities they begin a day early or late, so that shifts go by the standard
/// or by nothing), 40 absences (10 a unit), 6 blocks, 4 holds and 20 stays. The clocks go back in the first night. What a facility's own clock
/// would notice or take back at <see cref="Now"/> has been, so nothing is owed: the usual state, and the one that takes longest to look at.</remarks>
internal sealed class ForecastRegion
{
    public static readonly DateTimeOffset Now = new(2026, 10, 24, 12, 0, 0, TimeSpan.Zero);

    private const int Units = 4;
    private static readonly DateOnly Today = new(2026, 10, 24);
    private static readonly RatioTable Ratio = new([new(1, 3), new(2, 8), new(3, 12)], [new(1, 3), new(2, 8), new(3, 12)], [new(1, 12)]);

    private readonly FindRegion.Dice _dice = new(43);

    public ImmutableArray<FacilityState> Build(int facilities) =>
        [.. Enumerable.Range(0, facilities).Select(number => Settled(Facility.Decider.Fold(FacilityState.None, History(number))))];

    private static FacilityState Settled(FacilityState state)
    {
        var context = new Context(Now, Origin.Clock(Now), Policy.Default);
        while (true)
        {
            var before = state;
            foreach (var command in state.Units.Keys.Select(FacilityCommand (unitId) => new FacilityCommand.NoticeShortfall(unitId))
                .Concat(state.Units.Keys.Select(unitId => new FacilityCommand.NoticeForecastShortfall(unitId)))
                .Concat(state.Holds.Values.Where(hold => hold.State == HoldState.Active).Select(hold => new FacilityCommand.RevokeHold(hold.RequestId, hold.Attempt))))
                state = Facility.Decider.Fold(state, Facility.Decider.Decide(state, command, context).Events);
            if (ReferenceEquals(state, before)) return state;
        }
    }

    private IEnumerable<FacilityEvent> History(int number)
    {
        yield return new FacilityEvent.Registered(new($"p{number % 400}", $"F{number}", "GM0505", 3300, 51.8, 4.7, DeliveryNow.InPerson));
        yield return new FacilityEvent.CrucialSet(number % 2 == 1);
        yield return _dice.Chance(10)
            ? new FacilityEvent.OpennessSet(Openness.Limited, OpennessReason.Staff, null, Now.AddHours(_dice.Next(48) - 6), Ago(24 * 15))
            : new FacilityEvent.OpennessSet(Openness.Open, null, null, null, Ago(24 * 15));
        var first = Today.AddDays((number / 2 % 4) switch { 0 => -1, 1 => 1, _ => 0 });
        for (var unit = 0; unit < Units; unit++)
            foreach (var fact in Unit($"u{unit}", first)) yield return fact;
        for (var i = 0; i < 20; i++)
            yield return new FacilityEvent.OccupancyOpened($"o{i:d2}", new(
                $"u{i % Units}", $"s{i}", null, Ago(24 * 30), _dice.Chance(50) ? null : Now.AddHours(_dice.Next(24 * 9) - 24), _dice.Chance(10), _dice.Chance(20)));
        for (var i = 0; i < 6; i++)
        {
            var from = Now.AddHours(_dice.Next(24 * 7) - 48);
            yield return new FacilityEvent.BlockSet($"b{i}", new(
                $"u{_dice.Next(Units)}", 1 + _dice.Next(2), BlockReason.Defect, from, _dice.Chance(20) ? null : from.AddHours(8 + _dice.Next(64)), from.AddDays(1)));
        }
        for (var i = 0; i < 4; i++)
        {
            yield return new FacilityEvent.Held($"u{_dice.Next(Units)}", $"r{i}", 1, 1, _dice.Chance(20), Now.AddMinutes(10 + _dice.Next(480)), [$"c{i}"]);
            if (_dice.Chance(50)) yield return new FacilityEvent.HoldConsented($"r{i}", 1, Now.AddMinutes(_dice.Next(480) - 60));
        }
        if (_dice.Chance(10)) yield return new FacilityEvent.EnquiryRefused($"u{_dice.Next(Units)}", "q1", 1, RefusalCode.NoBedInReality, Now);
        if (_dice.Chance(10)) yield return new FacilityEvent.EnquiryRefused($"u{_dice.Next(Units)}", "q2", 1, RefusalCode.StaffShortage, Now);
    }

    private IEnumerable<FacilityEvent> Unit(string id, DateOnly first)
    {
        yield return new FacilityEvent.UnitAdded(id, new(
            id, UnitKind.LivingGroup, CapacityKind.Beds, 8 + _dice.Next(5), _dice.Next(4), 6, 17, GenderPolicy.All, Security.Open, [], true, false,
            StaffingKind.ShiftRatio, Ratio: Ratio));
        if (!_dice.Chance(5)) yield return new FacilityEvent.BedsReported(id, 4 + _dice.Next(4), 0, _dice.Chance(20) ? 10 : null, Ago(60));
        yield return new FacilityEvent.CrisisUseSet(id, new((CrisisUse)_dice.Next(3), "p", Ago(24), _dice.Chance(30) ? Now.AddHours(_dice.Next(72) - 12) : null, null));
        if (_dice.Chance(70))
            yield return new FacilityEvent.StandardRosterSet(
                id, [new(Shift.Day, StaffFunction.Pedagogical, 3), new(Shift.Evening, StaffFunction.Pedagogical, 3), new(Shift.Night, StaffFunction.NightWatch, 1)], Ago(30));
        var asOf = Ago(30);
        for (var day = 0; day < 7; day++)
            foreach (var shift in Enum.GetValues<Shift>())
                yield return new FacilityEvent.RosterSet(id, first.AddDays(day), shift, shift == Shift.Night
                    ? [new(StaffFunction.NightWatch, 1 + _dice.Next(2))]
                    : [new(StaffFunction.Pedagogical, 3 + _dice.Next(2)), new(StaffFunction.TraineeFlex, _dice.Next(2))], asOf);
        for (var i = 0; i < 10; i++)
        {
            var from = Now.AddHours(_dice.Next(24 * 8) - 24);
            ImmutableArray<Shift> shifts = _dice.Next(5) switch { 0 => [Shift.Day], 1 => [Shift.Evening], 2 => [Shift.Night], 3 => [Shift.Day, Shift.Evening], _ => [Shift.Day, Shift.Evening, Shift.Night] };
            var function = _dice.Next(10) switch { < 6 => StaffFunction.Pedagogical, < 8 => StaffFunction.TraineeFlex, _ => StaffFunction.NightWatch };
            yield return new FacilityEvent.AbsenceReported(
                $"{id}a{i}", new(id, function, shifts, from, _dice.Chance(10) ? null : from.AddHours(8 + _dice.Next(40)), 1, AbsenceReason.Ill), asOf);
        }
    }

    private DateTimeOffset Ago(int hours) => Now.AddMinutes(-_dice.Next(hours * 60));
}
