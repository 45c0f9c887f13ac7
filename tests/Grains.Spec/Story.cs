using System.Collections.Immutable;
using Grains.Capacity;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Spec;

public enum Deed { Submit, Forward, Any, Care, Transfer, Report, Openness, Leave, Wait, Retry }

/// <summary>One thing that somebody does. Who and What choose among what there is, so a story stays a story when one deed is left out.</summary>
/// <param name="Late">Decided now but sent after the next deed, as by a second person with the same screen; for Wait, the clock worker sleeps.</param>
public sealed record Act(Deed Deed, int Who, int What, bool Late);

/// <summary>Three children, two facilities with few beds, and people who do things in any order.</summary>
public sealed partial class Story
{
    public static readonly string[] Subjects = ["ann", "bea", "cas"];
    public static readonly (string Facility, string Unit)[] Units = [("anker", "anker-1"), ("anker", "anker-2"), ("brug", "brug-1"), ("brug", "brug-2")];
    private static readonly int[] Minutes = [1, 16, 31, 121, 481, 1_441, 31_000];
    private readonly List<string> _requests = [];
    private (Func<Step> Plan, Step First)? _late;
    private (Func<Step> Plan, Answer Answer)? _last;
    private int _commands;

    public World World { get; } = new();

    /// <summary>Whether a repeated command ever got another answer, or wrote again.</summary>
    public bool RetriesAgree { get; private set; } = true;

    public Story()
    {
        Describe("anker", ("anker-1", Group(1, StaffingKind.ShiftRatio) with { Ratio = new([new(1, 1)], [new(1, 1)], [new(1, 1)]) }, CrisisUse.Allowed, []), ("anker-2", Group(3, StaffingKind.DeclaredOperable), CrisisUse.Allowed, []));
        Describe(
            "brug", ("brug-1", Group(2, StaffingKind.NotStaffBound) with { Security = Security.Secure }, CrisisUse.Allowed, ["cas"]),
            ("brug-2", Group(2, StaffingKind.NotStaffBound), CrisisUse.NotForCrisis, []));
    }

    public static Story Of(IEnumerable<Act> acts, Action<Story>? after = null)
    {
        var story = new Story();
        foreach (var act in acts)
        {
            story.Play(act);
            after?.Invoke(story);
        }
        return story;
    }

    private void Play(Act act)
    {
        var late = _late;
        _late = null;
        switch (act.Deed)
        {
            case Deed.Wait:
                World.Now += TimeSpan.FromMinutes(Minutes[act.What % Minutes.Length]);
                if (!act.Late) World.Tick();
                break;
            case Deed.Retry when _last is { } last:
                Retry(last.Plan, last.Answer);
                break;
            case Deed.Transfer:
                foreach (var move in Moves(act)) Send(move, null);
                break;
            default:
                if (PlanOf(act) is not { } plan) break;
                if (act.Late) _late = (plan, plan());
                else Send(plan, null);
                break;
        }
        if (late is { } waiting) Send(waiting.Plan, waiting.First);
    }

    private void Send(Func<Step> plan, Step? first) => _last = (plan, World.Ask(plan, first));

    private void Retry(Func<Step> plan, Answer answer)
    {
        var before = World.Log.Count;
        var again = World.Ask(plan);
        if (answer is Answer.Accepted) RetriesAgree &= ReferenceEquals(again, answer) && World.Log.Count == before;
        else _last = (plan, again);
    }

    private Func<Step>? PlanOf(Act act)
    {
        var command = Command();
        if (act.Deed == Deed.Submit) return Submit(act, command);
        if (act.Deed is Deed.Report or Deed.Openness or Deed.Leave) return AtFacility(act, command);
        if (_requests.Count == 0) return null;
        var request = _requests[act.Who % _requests.Count];
        PlacementSteps Steps() => new(request, World.Read<PlacementState>(StreamId.Placement(request)), command, Desk);
        if (act.Deed == Deed.Care) return () => Care(Steps(), act);
        return act.Deed == Deed.Forward ? () => Forward(Steps(), act) : () => Any(Steps(), act);
    }

    /// <summary>What somebody would do next on the way to a place.</summary>
    private Step Forward(PlacementSteps steps, Act act) => steps.Seen.State.Phase switch
    {
        PlacementPhase.Received => steps.StartTriage(),
        PlacementPhase.InTriage => Do(steps, 1, act),
        PlacementPhase.Searching when steps.Seen.State.OpenEnquiries.Any() && act.What % 4 != 0 => Do(steps, act.What % 4 == 1 ? 16 : 15, act),
        PlacementPhase.Searching when steps.Seen.State.Urgency == Urgency.Immediate && act.What % 3 == 0 => Do(steps, 14, act),
        PlacementPhase.Searching => Do(steps, 3, act),
        PlacementPhase.Offered => Do(steps, 4, act),
        PlacementPhase.Agreed when ComesShort(steps.Seen.State) && act.What % 2 == 0 => Do(steps, 13, act),
        PlacementPhase.Agreed when act.What % 6 == 5 => FillUp(steps),
        PlacementPhase.Agreed => Do(steps, act.What % 2 == 0 ? 7 : 8, act),
        PlacementPhase.EnRoute => Do(steps, 8, act),
        PlacementPhase.Placed when act.What % 2 == 0 => Do(steps, act.What % 6 == 0 ? 18 : 17, act),
        PlacementPhase.Placed => Do(steps, 10, act),
        PlacementPhase.Waiting => act.What % 2 == 0 ? steps.Resume(null) : Do(steps, 3, act),
        _ => steps.StartTriage(),
    };

    /// <summary>Somebody who has a place asks for another, and everybody does the next thing, as far as it goes.</summary>
    private IEnumerable<Func<Step>> Moves(Act act)
    {
        var placed = World.All<PlacementState>().Where(request => request.State.Phase == PlacementPhase.Placed).Select(request => request.Stream.Key).ToList();
        if (placed.Count == 0) yield break;
        var (id, sure) = (placed[act.Who % placed.Count], act with { Who = 8 + (act.Who % 4) });
        foreach (var which in new[] { 17, 0, 1, 3, 4, 8 })
        {
            var (request, command) = (id, Command());
            yield return () => Do(new(request, World.Read<PlacementState>(StreamId.Placement(request)), command, Desk), which, sure);
            if (which == 17) id = $"t-{command.Key.Id}";
        }
    }

    private Step Transfer(PlacementSteps steps, Sealed facts, Sealed infection, Act act)
    {
        var (id, state) = ($"t-{steps.Command.Key.Id}", steps.Seen.State);
        if (!_requests.Contains(id)) _requests.Add(id);
        var subjects = act.What % 4 == 0 ? [Subjects[act.Who % Subjects.Length]] : state.Subjects.Where(state.Stays.ContainsKey).ToImmutableArray();
        return steps.RequestTransfer(
            id, new(subjects, facts, infection, state.Referral!, false, null, state.Live is { } live ? [live.UnitId] : [], [], TransferOf: steps.RequestId), new("text-6"));
    }

    /// <summary>Mostly an enquiry that can be answered; sometimes one that is over, or that there is not.</summary>
    private static int Asked(PlacementState state, Act act) =>
        act.Who % 5 == 0 || !state.OpenEnquiries.Any() ? act.What % 4 : state.OpenEnquiries.ElementAt(act.What % state.OpenEnquiries.Count()).Number;

    private bool ComesShort(PlacementState state) => UnitCapacity.At(
        World.Read<FacilityState>(StreamId.Facility(state.Live!.FacilityId)).State, state.Live.UnitId, World.Now, World.Policy).Shortfall > 0;

    /// <summary>More children than beds are seen in the unit that agreed.</summary>
    private Step FillUp(PlacementSteps steps)
    {
        var live = steps.Seen.State.Live!;
        return new(steps.Command, Desk, StreamId.Facility(live.FacilityId), [new(StreamId.Facility(live.FacilityId), new FacilityCommand.ReportBeds(live.UnitId, 4, null, World.Now, true))]);
    }

    private Step Any(PlacementSteps steps, Act act) => Do(steps, act.What % 19, act);

    private Step Do(PlacementSteps steps, int which, Act act)
    {
        var state = steps.Seen.State;
        var attempt = (act.Who / 4 % 8) switch { 0 => state.Attempt - 1, 1 => state.Attempt + 1, _ => state.Attempt };
        var at = World.Now.AddMinutes(act.What % 4); // A phone's clock may run ahead.
        var (facility, unit) = Units[act.What % Units.Length];
        var facts = World.Open<RequestFacts>(state.Facts);
        return which switch
        {
            1 when state is { Facts: { } known, Infection: { } infection } => steps.Triage(new(
                known, infection, World.Now.AddHours(act.What),
                (SafetyScore)(act.What % 4), act.What % 5 == 0 ? Urgency.Immediate : null, new("text-1"), (CrisisGrade)(act.What % 3), [], World.Open<RequestFacts>(known) is { } opened ? CareFacts.Of(opened) : null)),
            2 => steps.RejectAsNoCrisis(RejectReason.AmbulatoryHelp, null),
            3 => steps.Offer(new(facility, unit, [unit], null, AcceptStale: true, null, null), facts, World.Open<InfectionFacts>(state.Infection), World.Now),
            4 => steps.Consent(attempt, new("person-1")),
            5 => steps.Refuse(attempt, (RefusalCode)(act.What % 13), null),
            6 => steps.WithdrawOffer(attempt, new("text-2")),
            7 => steps.Depart(attempt, Transport.Own),
            8 => steps.Admit(attempt, [.. state.Subjects.Select(subject => new Arriving(subject, InfectionStatus.NoSymptoms, state.Infection, null))], facts, at,
                state.TransferOf is { } old ? World.Read<PlacementState>(StreamId.Placement(old)) : null),
            9 => steps.ArrivalFailed(attempt, new("text-3")),
            10 => steps.EndStay(Subjects[act.Who % Subjects.Length], StayOutcome.Home, null, at),
            11 => steps.Cancel(CancelReason.Other, null),
            12 => steps.ExtendHold(attempt, act.Who % 2 == 0 ? null : TimeSpan.FromMinutes(act.What)),
            13 => steps.KeepHold(attempt, new("text-4")),
            14 => steps.Enquire([.. Units.Skip(act.What % 3).Take(1 + act.Who % 3).Select(place => new PlaceAsked(place.Facility, place.Unit))], facts, World.Open<InfectionFacts>(state.Infection), World.Now),
            15 => steps.AgreeToEnquiry(Asked(state, act), new("person-2"), facts, World.Open<InfectionFacts>(state.Infection), World.Now),
            17 when state is { Facts: { } known, Infection: { } infection } => Transfer(steps, known, infection, act),
            18 => steps.Extend(Subjects[act.Who % Subjects.Length], World.Now.AddDays(act.What), new("text-5")),
            16 => steps.RefuseEnquiry(Asked(state, act), (RefusalCode)(act.Who % 13), null),
            _ => steps.StartTriage(),
        };
    }

    private Func<Step> Submit(Act act, Command command)
    {
        var id = $"r{_requests.Count + 1}";
        _requests.Add(id);
        ImmutableArray<string> subjects = (act.Who % 7) switch { < 3 => [Subjects[act.Who % 7]], 3 => ["ann", "bea"], 4 => ["bea", "cas"], 5 => ["ann", "bea", "cas"], _ => ["ann"] };
        var basis = (act.What % 4) switch { 0 or 2 => LegalBasis.SecureOrder, 1 => LegalBasis.SupervisionOrder, _ => LegalBasis.Voluntary };
        var children = subjects.Select(subject => new ChildFacts(
            subject, 14, GenderNeed.Any, Security.Open, [Specialism.Addiction], false, false, false, new(SafetyScore.VeryUnsafe, Marks.Assessor, World.Now)));
        var facts = new RequestFacts([.. children], Marks.Home, Marks.School, null, World.Now.AddHours(act.What), new(basis, LegalBasisStatus.Written, HearingBefore: act.What % 3 == 0 ? World.Now.AddHours(act.What) : null));
        var infection = new InfectionFacts(subjects.ToImmutableSortedDictionary(subject => subject, _ => new InfectionFact(InfectionStatus.NoSymptoms, World.Now), StringComparer.Ordinal));
        var order = new PlacementCommand.Submit(
            subjects, World.Seal(id, SealPurpose.Facts, facts), World.Seal(id, SealPurpose.Infection, infection),
            new(ReferrerKind.Access, "sjt", "caller-1", null, null, "GM0505", null), true, WaitingSince(act), act.What % 9 == 0 ? ["anker-1"] : [], act.What % 7 == 0 ? ["cas"] : [], CareFacts.Of(facts));
        return () => PlacementSteps.Submit(id, order, command, Desk);
    }

    private Func<Step> AtFacility(Act act, Command command)
    {
        var (facility, unit) = Units[act.Who % Units.Length];
        var stream = StreamId.Facility(facility);
        Seen<FacilityState> Seen() => World.Read<FacilityState>(stream);
        if (act.Deed == Deed.Leave)
            return () => FacilitySteps.EndOccupancy(command, Desk, stream, Seen(), "brug-cas", World.Now);
        if (act.Deed == Deed.Openness)
        {
            FacilityCommand.SetOpenness order = act.What % 3 == 0
                ? new(Openness.AdmissionStop, OpennessReason.Staff, null, World.Now.AddHours(act.What), World.Now)
                : new(Openness.Open, null, null, null, World.Now);
            return () => FacilitySteps.SetOpenness(command, Desk, stream, Seen(), order);
        }
        FacilityCommand report = (act.What % 6) switch
        {
            4 => new FacilityCommand.ReportAbsence($"absence-{act.Who % 3}", new(
                "anker-1", StaffFunction.Pedagogical, [(Shift)(act.What % 3)], World.Now.AddHours(act.What % 30 - 8), act.Who % 2 == 0 ? World.Now.AddHours(act.What % 30 + 8) : null, 1, AbsenceReason.Ill), World.Now),
            5 => new FacilityCommand.EndAbsence($"absence-{act.Who % 3}", World.Now),
            0 => new FacilityCommand.DeclareOperable("anker-2", act.What / 4 % 4, World.Now),
            1 => new FacilityCommand.ReportBeds(unit, act.What / 4 % 3, null, World.Now, true),
            2 => new FacilityCommand.ReportBeds(unit, Seen().State.Occupancies.Values.Count(stay => stay.UnitId == unit), null, World.Now, true),
            _ => new FacilityCommand.SetBlock("block", new(unit, 1, BlockReason.Defect, World.Now, World.Now.AddHours(act.What), World.Now)),
        };
        return () => new(command, Desk, stream, [new(stream, report)]);
    }

    private void Describe(string facility, params (string Id, UnitProfile Profile, CrisisUse Use, string[] Present)[] units)
    {
        var stream = StreamId.Facility(facility);
        var stays = units.SelectMany(unit => unit.Present.Select(subject => KeyValuePair.Create(
            $"{facility}-{subject}", new Occupancy(unit.Id, subject, null, World.Now, null, false, false))));
        var order = new FacilityCommand.Describe(
            new("rivierzorg", facility, "GM0505", 3311, 51.81, 4.67, DeliveryNow.InPerson), Ordered(units.Select(unit => KeyValuePair.Create(unit.Id, unit.Profile))),
            Ordered<Block>([]), Ordered(stays),
            [new FacilityCommand.SetOpenness(Openness.Open, null, null, null, World.Now), .. units.SelectMany(Reports)]);
        var command = Command();
        var answer = World.Ask(() => new(command, Desk, stream, FacilitySteps.Describe(stream, World.Read<FacilityState>(stream), order)));
        if (answer is not Answer.Accepted) throw new InvalidOperationException($"{facility}: {answer}");
    }

    private IEnumerable<FacilityCommand> Reports((string Id, UnitProfile Profile, CrisisUse Use, string[] Present) unit)
    {
        yield return new FacilityCommand.SetCrisisUse(unit.Id, unit.Use, null, null, new("caller-1", World.Now));
        yield return new FacilityCommand.ReportBeds(unit.Id, unit.Present.Length, null, World.Now, false);
        if (unit.Profile.Staffing == StaffingKind.ShiftRatio)
            yield return new FacilityCommand.SetStandardRoster(unit.Id, [.. Enum.GetValues<Shift>().Select(shift => new StandardStaff(shift, StaffFunction.Pedagogical, 1))], World.Now);
        if (unit.Profile.Staffing == StaffingKind.DeclaredOperable) yield return new FacilityCommand.DeclareOperable(unit.Id, 2, World.Now);
    }

    private static UnitProfile Group(int beds, StaffingKind staffing) => new(
        "Groep", UnitKind.CrisisGroup, CapacityKind.Beds, beds, 0, 10, 18, GenderPolicy.All, Security.Open, [], true, false, staffing);

    private static ImmutableSortedDictionary<string, T> Ordered<T>(IEnumerable<KeyValuePair<string, T>> pairs) => pairs.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private Command Command() => new(new("desk-1", $"c{++_commands}"), new byte[32]);

    private Origin Desk => new("desk-1", "CrisisDesk", Channel.Desk, World.Now);
}

/// <summary>Values about a child that would be recognised anywhere.</summary>
public static class Marks
{
    public const string Assessor = "zq-assessor";
    public const int Home = 4711;
    public const int School = 8093;
}
