using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Finding;
using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Grains.Spec.Facilities;

/// <summary>The invariants of domain 12 where they concern a facility, over any history and in any order.</summary>
public sealed class FacilityProperties
{
    // Invariant 1.
    [Fact]
    public void A_hold_is_granted_only_where_beds_are_left_for_it() => Always(told =>
        told.Command is not FacilityCommand.Hold hold || told.Decision.Events.IsEmpty || Capacity(told.After, hold.UnitId, told.Now) is { Slack: >= 0, Available: >= 0 });

    // Invariant 4.
    [Fact]
    public void A_hold_that_is_over_never_changes_again() => ForAll(history =>
    {
        var over = new HashSet<string>(StringComparer.Ordinal);
        var live = new HashSet<string>(StringComparer.Ordinal);
        foreach (var fact in Facts(history))
        {
            var (id, begins, ends) = fact switch
            {
                FacilityEvent.Held f => (Hold.IdOf(f.RequestId, f.Attempt), true, false),
                FacilityEvent.HoldConsented f => (Hold.IdOf(f.RequestId, f.Attempt), false, false),
                FacilityEvent.HoldOver f => (Hold.IdOf(f.RequestId, f.Attempt), false, true),
                FacilityEvent.HoldConsumed f => (Hold.IdOf(f.RequestId, f.Attempt), false, true),
                _ => ("", false, false),
            };
            if (id.Length == 0) continue;
            if (over.Contains(id) || (begins ? !live.Add(id) : !live.Contains(id))) return false;
            if (ends) over.Add(id);
        }
        return true;
    });

    // Invariant 5.
    [Fact]
    public void A_consumed_hold_opens_one_occupancy_for_each_of_its_children() => Always(told =>
        told.Decision.Events.OfType<FacilityEvent.HoldConsumed>().All(consumed =>
        {
            var hold = told.Before.Holds[Hold.IdOf(consumed.RequestId, consumed.Attempt)];
            var opened = told.Decision.Events.OfType<FacilityEvent.OccupancyOpened>().Select(opened => opened.Occupancy).ToArray();
            return hold.State == HoldState.Consented && opened.Length == hold.Beds && opened.All(stay => stay.UnitId == hold.UnitId && stay.RequestId == hold.RequestId)
                && opened.Select(stay => stay.SubjectId).ToHashSet(StringComparer.Ordinal).SetEquals(hold.Subjects);
        }));

    // Invariant 8, the arithmetic.
    [Fact]
    public void Slack_is_what_is_operable_less_occupied_and_held_and_available_is_never_below_zero() => Always(told => told.After.Units.Keys.All(unit =>
    {
        var (state, capacity) = (told.After, Capacity(told.After, unit, told.Now));
        var held = state.Holds.Values.Where(hold => hold.UnitId == unit && (hold.State == HoldState.Consented || hold.Until > told.Now)).Sum(hold => hold.Subjects.Length);
        var present = state.Occupancies.Values.Count(stay => stay.UnitId == unit) + (state.Units[unit].Beds?.OtherOccupied ?? 0);
        return (capacity.Held, capacity.Occupied) == (held, present) && capacity.Slack == capacity.Operable - present - held
            && capacity.Available >= 0 && capacity.Available <= Math.Max(0, capacity.Slack) && capacity.Shortfall == Math.Max(0, -capacity.Slack)
            && capacity.Operable >= 0 && capacity.Operable <= capacity.Licensed - capacity.Blocked && (capacity.Operable == 0 || !(capacity.Operable > capacity.Staffed));
    }));

    // Invariant 8, the sums.
    [Fact]
    public void Totals_are_the_sum_of_their_units_however_they_are_grouped() => Always(told =>
    {
        var units = told.After.Units.Keys.Select(unit => Capacity(told.After, unit, told.Now)).ToArray();
        var empty = CapacityTotals.Of(CapacityKind.Beds, Cohort.Regular);
        var whole = units.Aggregate(empty, (sum, unit) => sum.Add(unit));
        var known = units.Where(unit => unit.Basis != Basis.Unknown).ToArray();
        return whole == units.Aggregate(empty, (sum, unit) => sum.Add(empty.Add(unit)))
            && (whole.Available, whole.Slack, whole.Occupied, whole.Held) == (known.Sum(unit => unit.Available), known.Sum(unit => unit.Slack), known.Sum(unit => unit.Occupied), known.Sum(unit => unit.Held))
            && (whole.CrisisAvailable, whole.AfterConsultationAvailable) == (known.Sum(unit => unit.CrisisAvailable), known.Sum(unit => unit.AfterConsultationAvailable))
            && (whole.UnitsExpected, whole.UnknownUnits) == (units.Length, units.Length - known.Length)
            && whole.UnitsReporting + whole.StaleUnits + whole.UnknownUnits == whole.UnitsExpected;
    });

    // Invariant 9.
    [Fact]
    public void No_crisis_is_held_where_the_provider_said_not_for_crisis_without_an_exception_that_is_written_down() => Always(told =>
        told.Command is not FacilityCommand.Hold { Crisis: true } hold
        || told.Decision.Events.OfType<FacilityEvent.Held>().All(held =>
            held.Exception is { NotForCrisis: true } || Capacity(told.Before, hold.UnitId, told.Now).CrisisUse != CrisisUse.NotForCrisis));

    // Invariant 13, through the stored form.
    [Fact]
    public void Replaying_the_stored_facts_rebuilds_the_same_state() => ForAll(history =>
    {
        var json = new EventJson(typeof(FacilityEvent));
        var (live, replayed) = (Histories.StartState, Histories.StartState);
        foreach (var told in Histories.Play(history))
        {
            live = told.After;
            foreach (var fact in told.Decision.Events)
            {
                var stored = json.Encode(Guid.Empty, fact, told.Context.Origin, new("desk-1", "c1"), 0);
                var read = json.Decode(new(1, StreamId.Facility("wending"), 1, Guid.Empty, stored.Type, told.Now, stored.Data));
                replayed = Facility.Decider.Evolve(replayed, (FacilityEvent)read.Event);
            }
        }
        return Json(live) == Json(replayed);
    });

    // Invariant 14, and only then: what a facility promised stands until it is over.
    [Fact]
    public void Refusal_release_and_expiry_give_the_beds_back_at_once_and_nothing_else_does() => Always(told =>
    {
        var over = told.Decision.Events.Select(fact => fact switch
        {
            FacilityEvent.HoldOver f => Hold.IdOf(f.RequestId, f.Attempt),
            FacilityEvent.HoldConsumed f => Hold.IdOf(f.RequestId, f.Attempt),
            _ => "",
        }).Where(id => id.Length > 0).ToHashSet(StringComparer.Ordinal);
        return told.Before.Holds.All(hold => told.After.Holds.ContainsKey(hold.Key) != over.Contains(hold.Key))
            && told.Before.Holds.Where(hold => over.Contains(hold.Key)).GroupBy(hold => hold.Value.UnitId).All(group =>
                Capacity(told.Before, group.Key, told.Now).Held - Capacity(told.After, group.Key, told.Now).Held
                == group.Where(hold => hold.Value.KeepsBedsAt(told.Now)).Sum(hold => hold.Value.Beds));
    });

    // Invariant 17.
    [Fact]
    public void No_fact_says_anything_about_a_child() => Always(told => told.Decision.Events.All(fact =>
    {
        var stored = JsonSerializer.Serialize<object>(fact, EventJson.Options);
        string[] words = [.. Enum.GetNames<InfectionStatus>(), "\"GenderNeed", "ageYears", "genderNeed", "\"safety\":", "\"basis\":"];
        return !words.Any(word => stored.Contains(word, StringComparison.OrdinalIgnoreCase));
    }));

    // Invariant 18.
    [Fact]
    public void The_clock_ends_offers_that_nobody_answered_in_time_and_nothing_more() => Always(told =>
        (told.Command is FacilityCommand.EndOccupancy || !told.Decision.Events.Any(fact => fact is FacilityEvent.OccupancyEnded))
        && (told.Command is not FacilityCommand.EndHoldByTime || told.Decision.Events.All(fact =>
            fact is FacilityEvent.HoldOver { How: HoldEnd.Expired } over && told.Before.Holds[Hold.IdOf(over.RequestId, over.Attempt)] is { State: HoldState.Active } hold
            && hold.Until <= told.Now && over.At == hold.Until)));

    // Invariant 18, of shortfalls: an offer is taken back only where there is not room for all, and it is the newest that would run into it.
    [Fact]
    public void A_shortfall_takes_back_offers_alone_and_only_while_there_is_not_room_for_all() => Always(told =>
        told.Command is not FacilityCommand.RevokeHold || told.Decision.Events.All(fact =>
            fact is FacilityEvent.HoldOver { How: HoldEnd.Revoked } over && told.Before.Holds[Hold.IdOf(over.RequestId, over.Attempt)] is { State: HoldState.Active } hold
            && Capacity(told.Before, hold.UnitId, told.Now) is { Slack: < 0 } capacity && (capacity.ShortShift is not { } shift || shift.Start < hold.Until || shift.Start <= told.Now
                || capacity.Licensed - capacity.Blocked < capacity.Occupied + capacity.Held)));

    // The clock comes to rest: what is due can be asked, what was asked is not due again, and nothing is due that cannot be asked.
    [Fact]
    public void The_clock_owes_a_step_exactly_when_the_facility_is_due_and_pays_its_debts_once() => Always(told =>
    {
        var (state, stream) = (told.After, StreamId.Facility("wending"));
        for (var i = 0; i < 60; i++)
        {
            var step = FacilitySteps.Tick(stream, new(state, new(i, Guid.Empty)), told.Context);
            if (step is not null != Facility.Decider.Due(state, Policy.Default, told.Now) <= told.Now) return false;
            if (step is null) return true;
            var (events, refusal) = Facility.Decider.Decide(state, (FacilityCommand)step.Parts[0].Order!, told.Context);
            if (refusal is not null || events.IsEmpty) return false;
            state = Facility.Decider.Fold(state, events);
        }
        return false;
    });

    // Between now and when it says that it is due, nothing comes to be owed by time alone.
    [Fact]
    public void Nothing_is_owed_before_the_facility_said_so() => Always(told =>
    {
        var due = Facility.Decider.Due(told.After, Policy.Default, told.Now);
        if (due <= told.Now) return true;
        DateTimeOffset[] between = [told.Now.AddMinutes(13), told.Now.AddHours(3), told.Now.AddHours(11), told.Now.AddHours(26), told.Now.AddDays(3), due?.AddMicroseconds(-1) ?? told.Now];
        return between.Where(at => !(at >= due)).All(at => FacilitySteps.Tick(StreamId.Facility("wending"), new(told.After, Head.None), told.Context with { Now = at }) is null);
    });

    [Fact]
    public void An_agreed_place_ends_only_by_arrival_or_by_being_given_up() => Always(told =>
        told.Command is FacilityCommand.Admit or FacilityCommand.ReleaseHold
        || told.Before.Holds.Where(hold => hold.Value.State == HoldState.Consented).All(hold => told.After.Holds.GetValueOrDefault(hold.Key) == hold.Value));

    // Invariant 20.
    [Fact]
    public void Confirming_changes_nothing_but_freshness() => Always(told =>
        told.Command is not FacilityCommand.ConfirmUnchanged || (told.After.Units.All(unit =>
            Json(Aged(unit.Value)) == Json(Aged(told.Before.Units[unit.Key]))
            && unit.Value.Beds?.FreshAsOf >= told.Before.Units[unit.Key].Beds?.FreshAsOf == unit.Value.Beds is not null)
            && Json(told.After with { Units = told.Before.Units, Openness = told.Before.Openness }) == Json(told.Before)
            && told.After.Openness with { FreshAsOf = null } == told.Before.Openness with { FreshAsOf = null }
            && told.After.Units.Keys.All(unit => Numbers(Capacity(told.After, unit, told.Now)) == Numbers(Capacity(told.Before, unit, told.Now)))));

    // Invariant 21, the facility's half: the requests that a step tells are those whose holds it ends, however much later it is decided.
    [Fact]
    public void A_step_tells_exactly_the_requests_whose_holds_it_ends() => Always(told =>
    {
        var seen = new Seen<FacilityState>(told.Before, Head.None);
        var later = told.Context with { Now = told.Now.AddMinutes(37) };
        var tick = FacilitySteps.Tick(StreamId.Facility("wending"), seen, told.Context);
        var parts = told.Command switch
        {
            FacilityCommand.SetOpenness order => FacilitySteps.SetOpenness(new(new("c", "1"), default), told.Context.Origin, StreamId.Facility("wending"), seen, order).Parts,
            FacilityCommand.Describe order => FacilitySteps.Describe(StreamId.Facility("wending"), seen, order),
            _ => tick?.Parts ?? [],
        };
        if (parts.IsEmpty) return Facility.Decider.Due(told.Before, Policy.Default, told.Now) is not { } due || due > told.Now;
        var (events, refusal) = Facility.Decider.Decide(told.Before, (FacilityCommand)parts[0].Order!, later);
        var ended = events.OfType<FacilityEvent.HoldOver>().Select(over => (StreamId.Placement(over.RequestId), over.Attempt, over.How.ToString()));
        var tells = from part in parts let order = part.Order as PlacementCommand.HoldEnded where order is not null select (part.Stream, order.Attempt, order.How.ToString());
        return refusal is not null || ended.SequenceEqual(tells);
    });

    [Fact]
    public void A_unit_changes_by_time_alone_only_where_it_said_so() => Always(told => told.After.Units.Keys.All(unit =>
    {
        var until = UnitCapacity.ValidUntil(told.After, unit, told.Now, Policy.Default);
        if (until <= told.Now) return false;
        DateTimeOffset[] between = [told.Now.AddMinutes(7), told.Now.AddMinutes(41), told.Now.AddHours(5), told.Now.AddHours(30), told.Now.AddDays(20), until?.AddMicroseconds(-1) ?? told.Now];
        return between.Where(at => !(at >= until)).All(at => Capacity(told.After, unit, at) == Capacity(told.After, unit, told.Now));
    }));

    [Fact]
    public void The_search_says_no_exactly_where_hold_would() => Always(told =>
    {
        if (told.Command is not FacilityCommand.Hold hold || told.Decision.Refusal?.Reason is Reason.StaleAttempt or Reason.UnknownUnit) return true;
        var asked = hold with { Exception = null };
        var wanted = Wanted.Of(hold.Children, hold.Infection, hold.Crisis, hold.HasSecureBasis, hold.Urgency, hold.ExcludedUnits, hold.KeepApartFrom);
        var unit = Candidate.Of(told.Before, hold.UnitId, wanted, told.Now, Policy.Default);
        var found = HardFilter.First(wanted, unit with { SiblingsPossible = true });
        var decided = Facility.Decider.Decide(told.Before, asked, told.Context).Refusal?.Reason;
        var group = PlaceGroups.Of(wanted, unit);
        return decided switch
        {
            Reason.ConsultationRequired => unit.CrisisUse == CrisisUse.AfterConsultation && hold.Consultation is null,
            Reason.UnitDisputed => group == PlaceGroup.Disputed,
            Reason.UnitStale => unit.Freshness == Freshness.Stale && !hold.AcceptStale,
            null => found == Exclusion.None && (group is PlaceGroup.Ready or PlaceGroup.AfterConsultation || (group == PlaceGroup.Stale && hold.AcceptStale)),
            Reason.NotEnoughBeds => found is Exclusion.NotEnoughBeds or Exclusion.Unknown,
            { } reason => found.ToString() == reason.ToString(),
        };
    });

    [Fact]
    public void Children_who_must_be_kept_apart_are_not_held_beside_each_other() => Always(told =>
        told.Command is not FacilityCommand.Hold hold || told.Decision.Events.IsEmpty
        || (!told.Before.Occupancies.Values.Any(stay => stay.UnitId == hold.UnitId && hold.KeepApartFrom.Contains(stay.SubjectId))
            && !told.Before.Holds.Values.Any(other => other.UnitId == hold.UnitId && other.KeepsBedsAt(told.Now) && other.Subjects.Any(hold.KeepApartFrom.Contains))));

    [Fact]
    public void Single_rooms_are_never_promised_twice() => Always(told =>
        told.Command is not FacilityCommand.Hold hold || told.Decision.Events is not [FacilityEvent.Held { SingleRoom: true } held]
        || Capacity(told.Before, hold.UnitId, told.Now).SingleRooms - Capacity(told.After, hold.UnitId, told.Now).SingleRooms == held.Beds);

    // A report that is newer than what is known becomes the present; an older one leaves the state as it was.
    [Fact]
    public void The_present_keeps_the_newest_moment() => Always(told => told.Decision.Events.OfType<FacilityEvent.BedsReported>().All(report =>
        report.AsOf < told.Before.Units[report.UnitId].Beds?.AsOf
            ? Json(told.After) == Json(told.Before)
            : told.After.Units[report.UnitId].Beds is { } beds && (beds.AsOf, beds.Reported, beds.Known) == (report.AsOf, report.Occupied, report.Known)));

    // Of staff too: what is known is never older than what was known.
    [Fact]
    public void Rosters_and_absences_keep_the_newest_moment() => Always(told => told.Before.Units.All(unit =>
    {
        var after = told.After.Units[unit.Key].Staff;
        return unit.Value.Staff.Absences.All(known => !(after.Find(known.Id)?.AsOf < known.AsOf)) && unit.Value.Staff.Rosters.All(known => !(after.RosterOf(known.Key)?.AsOf < known.AsOf))
            && !(after.StandardAsOf < unit.Value.Staff.StandardAsOf) && !(after.AsOf < unit.Value.Staff.AsOf);
    }));

    // An absence more takes children away and never gives any.
    [Fact]
    public void One_absence_more_never_makes_room() => Always(told =>
        told.Command is not FacilityCommand.ReportAbsence report || told.Decision.Refusal is not null || told.Before.Units.Values.Any(unit => unit.Staff.Find(report.AbsenceId) is not null)
        || !(Capacity(told.After, report.Absence.UnitId, told.Now).Staffed > Capacity(told.Before, report.Absence.UnitId, told.Now).Staffed));

    // What a history should meet, it meets: a property over histories without holds or admissions would prove nothing. The rarest need some more of them.
    [Fact]
    public void Histories_reach_every_fact_and_most_refusals()
    {
        var all = typeof(FacilityEvent).GetNestedTypes()
            .Where(type => type != typeof(FacilityEvent.Registered) && type != typeof(FacilityEvent.AlarmAcknowledged)).Select(type => type.Name).ToHashSet();
        HashSet<Reason> refusals =
        [
            Reason.OccurredInFuture, Reason.StaleAttempt, Reason.NotDeclaredOperable, Reason.BelowKnownPlacements, Reason.Impossible, Reason.FacilityOccupied,
            Reason.NotOpen, Reason.NotForCrisis, Reason.ConsultationRequired, Reason.AgeOutOfRange, Reason.GenderNotAccepted, Reason.CohortMismatch,
            Reason.KeepApartChildPresent, Reason.UnitDisputed, Reason.UnitStale, Reason.NotEnoughBeds, Reason.NotEnoughSingleRooms,
            Reason.UnknownAbsence, Reason.AbsenceExists, Reason.UnknownHold, Reason.HoldEnded, Reason.HoldNotConsented, Reason.InfectionNotAsked, Reason.NotAllowedInState,
        ];
        for (var more = 0; more < HistoriesMax && all.Count + refusals.Count > 0; more += HistoriesAtOnce)
            foreach (var told in Histories.Any.Generator.Sample(400, HistoriesAtOnce).SelectMany(Histories.Play))
            {
                all.ExceptWith(told.Decision.Events.Select(fact => fact.GetType().Name));
                if (told.Decision.Refusal is { } refusal) refusals.Remove(refusal.Reason);
            }
        Assert.Empty(all);
        Assert.Empty(refusals);
    }

    private const int HistoriesAtOnce = 60;
    private const int HistoriesMax = 1_200;

    private static void ForAll(Func<Move[], bool> property) => Prop.ForAll(Histories.Any, property).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithStartSize(40));

    private static void Always(Func<Told, bool> property) => ForAll(history => Histories.Play(history).All(property));

    private static IEnumerable<FacilityEvent> Facts(Move[] history) => Histories.Play(history).SelectMany(told => told.Decision.Events);

    private static UnitCapacity Capacity(FacilityState state, string unit, DateTimeOffset at) => UnitCapacity.At(state, unit, at, Policy.Default);

    private static (int, int, int?, int, int, ShiftSpan?, bool) Numbers(UnitCapacity unit) =>
        (unit.Licensed, unit.Blocked, unit.Staffed, unit.Occupied, unit.Held, unit.ShortShift, unit.Disputed);

    private static UnitState Aged(UnitState unit) => unit with
    {
        Beds = unit.Beds is { } beds ? beds with { FreshAsOf = At.Noon } : null,
        DeclaredOperable = unit.DeclaredOperable is { } declared ? declared with { FreshAsOf = At.Noon } : null,
        Staff = unit.Staff with { FreshAsOf = At.Noon },
        AbsentSince = null,
    };

    private static string Json<T>(T value) => Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options));
}
