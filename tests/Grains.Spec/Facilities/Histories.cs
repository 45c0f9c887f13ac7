using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Grains.Spec.Facilities;

/// <summary>One command, so many minutes after the one before.</summary>
public sealed record Move(int Wait, FacilityCommand Command);

/// <summary>What one command came to.</summary>
public sealed record Told(FacilityState Before, FacilityCommand Command, Context Context, Decision<FacilityEvent> Decision, FacilityState After)
{
    public DateTimeOffset Now => Context.Now;
    public bool IsAccepted => Decision.Refusal is null;
}

/// <summary>Random histories of one small facility: three units, few beds, four children, three requests, so that collisions, late reports,
/// ends and retries are the common case and not the rare one.</summary>
internal static class Histories
{
    public const string First = "groep-1"; // Staffed by declaration, three beds, two of them single rooms.
    public const string Second = "groep-2"; // Not bound by staff, two beds, boys alone.

    public const string Staffed = "groep-s"; // Staffed by ratio, six beds: one for two children, two for six, one at night for four.

    public const string Third = "groep-3"; // May come by a description, and never reports.

    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> ChildrenOf = new Dictionary<string, ImmutableArray<string>>
    {
        ["r1"] = ["ann"],
        ["r2"] = ["bob", "cid"],
        ["r3"] = ["dan"],
    }.ToImmutableSortedDictionary(StringComparer.Ordinal);

    private static readonly FacilityEvent[] Start =
    [
        new FacilityEvent.Registered(FacilityWords.Profile),
        new FacilityEvent.UnitAdded(First, FacilityWords.Declared with { Licensed = 3, SingleRooms = 2 }),
        new FacilityEvent.UnitAdded(Second, FacilityWords.Group with { Licensed = 2, SingleRooms = 0, GenderPolicy = GenderPolicy.M }),
        new FacilityEvent.OpennessSet(Openness.Open, null, null, null, At.Noon),
        new FacilityEvent.CrisisUseSet(First, new(CrisisUse.Allowed, "desk-1", At.Noon, At.Hours(4), null)),
        new FacilityEvent.BedsReported(First, 1, 0, null, At.Noon), new FacilityEvent.BedsReported(Second, 0, 0, null, At.Noon),
        new FacilityEvent.OperableDeclared(First, 3, At.Noon),
        new FacilityEvent.UnitAdded(Staffed, FacilityWords.Group with
        {
            Licensed = 6, SingleRooms = 0, Staffing = StaffingKind.ShiftRatio, Ratio = new([new(1, 2), new(2, 6)], [new(1, 2), new(2, 6)], [new(1, 4)]),
        }),
        new FacilityEvent.StandardRosterSet(
            Staffed, [new(Shift.Day, StaffFunction.Pedagogical, 2), new(Shift.Evening, StaffFunction.Pedagogical, 2), new(Shift.Night, StaffFunction.NightWatch, 1)], At.Noon),
        new FacilityEvent.BedsReported(Staffed, 1, 0, null, At.Noon), new FacilityEvent.CrisisUseSet(Staffed, new(CrisisUse.Allowed, "desk-1", At.Noon, null, null)),
    ];

    /// <summary>FsCheck shrinks nothing by itself here: a failing history gets shorter by leaving out one command at a time.</summary>
    public static readonly Arbitrary<Move[]> Any = Arb.From(Moves(), history => history.Select((_, i) => history.Where((_, j) => j != i).ToArray()));

    public static FacilityState StartState => Facility.Decider.Fold(FacilityState.None, Start);

    public static IEnumerable<Told> Play(Move[] history)
    {
        var (state, now) = (StartState, At.Noon);
        var latest = ChildrenOf.Keys.ToDictionary(request => request, _ => 0, StringComparer.Ordinal);
        foreach (var move in history)
        {
            now = now.AddMinutes(move.Wait);
            var context = At.Context with { Now = now };
            var command = Resolve(move.Command, latest);
            var decision = Facility.Decider.Decide(state, command, context);
            var next = Facility.Decider.Fold(state, decision.Events);
            foreach (var held in decision.Events.OfType<FacilityEvent.Held>()) latest[held.RequestId] = Math.Max(latest[held.RequestId], held.Attempt);
            yield return new(state, command, context, decision, next);
            state = next;
        }
    }

    // Attempt 0 stands for the one that a request would name: its next one for a hold, its latest one otherwise.
    private static FacilityCommand Resolve(FacilityCommand command, Dictionary<string, int> latest) => command switch
    {
        FacilityCommand.Hold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] + 1 },
        FacilityCommand.ConsentHold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.ExtendHold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.KeepHold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.RefuseHold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.ReleaseHold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.EndHoldByTime { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.RevokeHold { Attempt: 0 } c => c with { Attempt = latest[c.RequestId] },
        FacilityCommand.Admit { Attempt: 0 } c => c with
        {
            Attempt = latest[c.RequestId],
            Children = [.. c.Children.Select(child => child with { OccupancyId = $"{c.RequestId}.{latest[c.RequestId]}.{child.SubjectId}" })],
        },
        FacilityCommand.EndOccupancy { RequestId: { } request } c => c with { OccupancyId = c.OccupancyId.Replace(".0.", $".{latest[request]}.", StringComparison.Ordinal) },
        _ => command,
    };

    public static FacilityCommand.Hold Hold(string unit, string request, int attempt, int age, GenderNeed gender, InfectionStatus infection, Urgency urgency) => new(
        unit, request, attempt, [.. ChildrenOf[request].Select(subject => FacilityWords.Child(subject, age, gender))],
        FacilityWords.Infection(infection, [.. ChildrenOf[request]]), Crisis: true, HasSecureBasis: false,
        FacilityWords.Ids(), FacilityWords.Ids(), AcceptStale: false, null, urgency, null);

    // Each history waits in its own rhythm: minutes, so that offers are answered in time, or hours, so that they end and reports age.
    private static Gen<Move[]> Moves() =>
        from most in Gen.Elements(4, 12, 12, 45, 300)
        from moves in (from wait in Gen.Choose(0, most) from command in Commands() select new Move(wait, command)).ArrayOf()
        select moves;

    private static Gen<FacilityCommand> Commands() => Gen.Frequency(
        (6, Holds()), (6, Answers()), (4, Admissions()), (2, Departures()), (3, Reports()), (2, Openings()), (1, CrisisUses()), (2, Blocks()), (1, Descriptions()), (4, Staff()), (2, Notices()));

    private static Gen<string> Units => Gen.Elements(First, First, First, Second, Staffed, Staffed);
    private static Gen<string> Requests => Gen.Elements("r1", "r2", "r3");
    private static Gen<int> Attempts => Gen.Elements(0, 0, 0, 0, 0, 0, 1, 2);
    private static Gen<DateTimeOffset> Moments => from minutes in Gen.Choose(-60, 360) select At.Minutes(minutes);
    private static Gen<DateTimeOffset?> Perhaps(Gen<DateTimeOffset> moments) => from moment in moments from none in Gen.Elements(true, false) select none ? (DateTimeOffset?)null : moment;

    private static Gen<FacilityCommand> Holds() =>
        from unit in Gen.OneOf(Units, Units, Units, Gen.Constant(Third))
        from request in Requests
        from attempt in Attempts
        from age in Gen.Elements(12, 14, 14, 18, 11)
        from gender in Gen.Elements(GenderNeed.M, GenderNeed.M, GenderNeed.F)
        from infection in Gen.Elements(InfectionStatus.NoSymptoms, InfectionStatus.NoSymptoms, InfectionStatus.NotAsked, InfectionStatus.Contact)
        from urgency in Gen.Elements(Urgency.Immediate, Urgency.Today)
        from crisis in Gen.Elements(true, false)
        from stale in Gen.Elements(true, false)
        from lead in Gen.Elements(true, false, false)
        from agreed in Gen.Elements(false, false, false, true)
        from apart in Gen.Elements("", "", "ann", "bob")
        select (FacilityCommand)(Hold(unit, request, attempt, age, gender, infection, urgency) with
        {
            Crisis = crisis,
            Agreed = agreed,
            AcceptStale = stale,
            KeepApartFrom = apart.Length == 0 ? FacilityWords.Ids() : FacilityWords.Ids(apart),
            Consultation = stale ? FacilityWords.Consulted : null,
            Exception = lead ? new(NotForCrisis: true, Age: false, Gender: true, FacilityWords.Someone, FacilityWords.Someone, FacilityWords.Sentence) : null,
        });

    private static Gen<FacilityCommand> Answers() =>
        from request in Requests
        from attempt in Attempts
        from unit in Units
        from code in Gen.Elements(RefusalCode.NoBedInReality, RefusalCode.StaffShortage, RefusalCode.GroupSafety, RefusalCode.InfectionRisk, RefusalCode.NotForCrisis)
        from until in Moments
        from answer in Gen.Elements<FacilityCommand>(
            new FacilityCommand.ConsentHold(request, attempt, Urgency.Today), new FacilityCommand.ConsentHold(request, attempt, Urgency.Immediate),
            new FacilityCommand.ExtendHold(request, attempt, until), new FacilityCommand.KeepHold(request, attempt),
            new FacilityCommand.RefuseEnquiry(unit, request, 1, code), new FacilityCommand.RefuseHold(request, attempt, code), new FacilityCommand.ReleaseHold(request, attempt), new FacilityCommand.EndHoldByTime(request, attempt),
            new FacilityCommand.RevokeHold(request, attempt), new FacilityCommand.RevokeHold(request, attempt))
        select answer;

    private static Gen<FacilityCommand> Admissions() =>
        from request in Requests
        from attempt in Attempts
        from at in Moments
        from status in Gen.Elements(InfectionStatus.NoSymptoms, InfectionStatus.NoSymptoms, InfectionStatus.Recovered, InfectionStatus.NotAsked)
        select (FacilityCommand)new FacilityCommand.Admit(
            request, attempt, [.. ChildrenOf[request].Select(subject => new Admission($"{request}.{attempt}.{subject}", subject, null, status, null))],
            HasSecureBasis: false, at);

    private static Gen<FacilityCommand> Departures() =>
        from request in Requests
        from attempt in Attempts
        from at in Moments
        from old in Gen.Elements(true, false)
        from subject in Gen.Elements(ChildrenOf[request].ToArray())
        select (FacilityCommand)(old ? new FacilityCommand.EndOccupancy("old", null, at) : new FacilityCommand.EndOccupancy($"{request}.{attempt}.{subject}", request, at));

    private static Gen<FacilityCommand> Reports() =>
        from unit in Units
        from moment in Moments
        from number in Gen.Choose(0, 5)
        from licensed in Gen.Elements<int?>(null, null, 2, 4)
        from confirmed in Gen.Elements(true, false)
        from report in Gen.Elements<FacilityCommand>(
            new FacilityCommand.ReportBeds(unit, number, licensed, moment, confirmed), new FacilityCommand.ReportBeds(unit, number / 2, licensed, moment, confirmed),
            new FacilityCommand.DeclareOperable(unit, number, moment), new FacilityCommand.ConfirmUnchanged(unit, moment), new FacilityCommand.ConfirmUnchanged(null, moment))
        select report;

    private static Gen<FacilityCommand> Staff() =>
        from unit in Gen.Elements(Staffed, Staffed, Staffed, First)
        from id in Gen.Elements("a1", "a2", "a3", "a4")
        from moment in Moments
        from shift in Gen.Elements(Shift.Day, Shift.Evening, Shift.Night)
        from function in Gen.Elements(StaffFunction.Pedagogical, StaffFunction.NightWatch, StaffFunction.TraineeFlex)
        from count in Gen.Choose(0, 3)
        from begin in Gen.Choose(-3_000, 3_000)
        from end in Perhaps(from minutes in Gen.Choose(1, 3_000) select At.Minutes(begin + minutes))
        from day in Gen.Choose(-1, 2)
        from report in Gen.Elements<FacilityCommand>(
            new FacilityCommand.ReportAbsence(id, new(unit, function, [shift], At.Minutes(begin), end, count + 1, AbsenceReason.Ill), moment),
            new FacilityCommand.ReportAbsence(id, new(unit, function, [shift], At.Minutes(begin), end, count + 1, AbsenceReason.Vacancy), moment),
            new FacilityCommand.EndAbsence(id, moment), new FacilityCommand.SetRoster(unit, StaffWords.Today.AddDays(day), shift, [new(function, count)], moment),
            new FacilityCommand.SetStandardRoster(unit, [.. StaffWords.AllShifts.Select(each => new StandardStaff(each, function, count))], moment))
        select report;

    private static Gen<FacilityCommand> Notices() =>
        from unit in Units
        from notice in Gen.Elements<FacilityCommand>(new FacilityCommand.NoticeShortfall(unit), new FacilityCommand.NoticeForecastShortfall(unit))
        select notice;

    private static Gen<FacilityCommand> Openings() =>
        from openness in Gen.Elements(Openness.Open, Openness.Open, Openness.Limited, Openness.AdmissionStop, Openness.ClosedForNow, Openness.ClosedForGood)
        from moment in Moments
        from end in Perhaps(Moments)
        select (FacilityCommand)new FacilityCommand.SetOpenness(openness, OpennessReason.Staff, null, end, moment);

    private static Gen<FacilityCommand> CrisisUses() =>
        from unit in Units
        from use in Gen.Elements(CrisisUse.Allowed, CrisisUse.Allowed, CrisisUse.AfterConsultation, CrisisUse.NotForCrisis)
        from end in Perhaps(Moments)
        select (FacilityCommand)new FacilityCommand.SetCrisisUse(unit, use, end, null);

    private static Gen<FacilityCommand> Blocks() =>
        from id in Gen.Elements("b1", "b2")
        from unit in Units
        from beds in Gen.Choose(1, 3)
        from begin in Moments
        from end in Perhaps(Moments)
        from block in Gen.Elements<FacilityCommand>(
            new FacilityCommand.SetBlock(id, new(unit, beds, BlockReason.Defect, begin, end, begin)), new FacilityCommand.EndBlock(id, begin))
        select block;

    private static Gen<FacilityCommand> Descriptions() =>
        from licensed in Gen.Choose(2, 4)
        from leave in Gen.Elements(true, false)
        from since in Moments
        from crucial in Gen.Elements(true, false)
        from command in Gen.Elements<FacilityCommand>(new FacilityCommand.SetCrucial(crucial), new FacilityCommand.Describe(
            FacilityWords.Profile with { DeliveryNow = leave ? DeliveryNow.Hybrid : DeliveryNow.InPerson },
            StartState.Units.SetItem(First, StartState.Units[First] with { Profile = StartState.Units[First].Profile with { Licensed = licensed } })
                .ToImmutableSortedDictionary(unit => unit.Key, unit => unit.Value.Profile, StringComparer.Ordinal)
                .Add($"groep-{licensed + 1}", FacilityWords.Group),
            FacilityState.None.Blocks, FacilityState.None.Occupancies.Add("old", new(First, "eve", null, since < At.Noon ? since : At.Noon, null, leave, SingleRoom: false)),
            leave ? [] : [new FacilityCommand.SetOpenness(licensed == 2 ? Openness.AdmissionStop : Openness.Open, OpennessReason.Safety, null, null, since)]))
        select command;
}
