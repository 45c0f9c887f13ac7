using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Views.Spec;

public enum Talk { Offer, Enquire, Consent, Refuse, EndHold, Withdraw, FailArrival, Yes, No, EndEnquiries, Park, Resume, Cancel, Triage, MoveFacility, PassTime }

/// <param name="Request">0 to 3.</param>
/// <param name="Place">0 to 3: facility and unit.</param>
/// <param name="Number">0 to 12, read as the deed needs it.</param>
public sealed record Said(Talk Talk, int Request, int Place, int Number);

/// <summary>A few requests for which places are asked at two facilities, as the rules of a request let it happen. What they refuse happens to nobody.</summary>
public sealed class Conversations
{
    private static readonly PersonRef Somebody = new("person-1");
    private static readonly TextRef Words = new("text-1");
    private readonly Bed _bed;

    private Conversations(Bed bed) => _bed = bed;

    /// <summary>Every request's events, with when they were recorded and the state that they made.</summary>
    public SortedDictionary<string, List<(PlacementEvent Fact, DateTimeOffset At, PlacementState State)>> Requests { get; } = new(StringComparer.Ordinal);

    /// <summary>Which provider has a facility, since when.</summary>
    public List<(string Facility, string Provider, long Position)> Owners { get; } = [];

    /// <summary>Where each question stands in the log.</summary>
    public Dictionary<PlacementEvent, long> Positions { get; } = new(ReferenceEqualityComparer.Instance);

    public static Arbitrary<Said[]> All => Arb.From(
        (from talk in Gen.Frequency(
             (6, Gen.Elements(Talk.Offer, Talk.Enquire)), (6, Gen.Elements(Talk.Consent, Talk.Refuse, Talk.Yes, Talk.No)),
             (3, Gen.Elements(Talk.EndHold, Talk.Withdraw, Talk.FailArrival, Talk.EndEnquiries)), (1, Gen.Elements(Talk.Park, Talk.Resume, Talk.Cancel, Talk.MoveFacility)),
             (1, Gen.Constant(Talk.Triage)), (4, Gen.Constant(Talk.PassTime)))
         from request in Gen.Choose(0, 3)
         from place in Gen.Choose(0, 3)
         from number in Gen.Choose(0, 12)
         select new Said(talk, request, place, number)).ArrayOf(),
        talks => talks.Select((_, i) => talks.Where((_, j) => j != i).ToArray()));

    public static async Task<Conversations> BeginAsync(Bed bed)
    {
        var begun = new Conversations(bed);
        await begun.OwnAsync("f0", "p0", moved: false);
        await begun.OwnAsync("f1", "p1", moved: false);
        for (var i = 0; i < 4; i++)
        {
            begun.Requests.Add($"r{i}", []);
            await begun.WriteAsync($"r{i}", [Views.Spec.Requests.Submitted(), Views.Spec.Requests.Triaged(Urgency.Immediate)]);
        }
        return begun;
    }

    public PlacementState StateOf(string request) => Requests[request] is [.., var last] ? last.State : PlacementState.None;

    public async Task DoAsync(Said said)
    {
        if (said.Talk == Talk.PassTime)
        {
            TimeSpan[] spans = [TimeSpan.FromSeconds(20), TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(11), TimeSpan.FromMinutes(31), TimeSpan.FromHours(3), TimeSpan.FromDays(1), TimeSpan.FromDays(31)];
            _bed.Clock.Advance(spans[said.Number % spans.Length]);
        }
        else if (said.Talk == Talk.MoveFacility) await OwnAsync($"f{said.Place / 2}", $"p{said.Number % 3}", moved: true);
        else await SayAsync($"r{said.Request}", said);
    }

    private async Task SayAsync(string request, Said said)
    {
        var state = StateOf(request);
        if (said.Talk == Talk.Triage)
        {
            if (state.Phase == PlacementPhase.InTriage) await WriteAsync(request, [Views.Spec.Requests.Triaged(Urgency.Immediate)]);
            return;
        }
        var now = _bed.Clock.GetUtcNow();
        var decided = Placement.Decider.Decide(state, Order(state, said, now), new(now, Origin.Clock(now), Policy.Default));
        if (!decided.Events.IsDefaultOrEmpty) await WriteAsync(request, decided.Events);
    }

    private static PlacementCommand Order(PlacementState state, Said said, DateTimeOffset now)
    {
        var (facility, unit, code) = ($"f{said.Place / 2}", $"u{said.Place % 2}", (RefusalCode)said.Number);
        var enquiry = state.OpenEnquiries.ElementAtOrDefault(said.Place % 3)?.Number ?? 1;
        return said.Talk switch
        {
            Talk.Offer => new PlacementCommand.Offer(state.Attempt + 1, facility, unit, [], null),
            Talk.Enquire => new PlacementCommand.Enquire(said.Number < 6 ? [new(facility, unit)] : [new("f0", unit), new("f1", unit)]),
            Talk.Consent => new PlacementCommand.Consent(state.Attempt, Somebody),
            Talk.Refuse => new PlacementCommand.Refuse(state.Attempt, code, null),
            Talk.EndHold => new PlacementCommand.HoldEnded(state.Attempt, said.Number < 8 ? AttemptEnd.Expired : AttemptEnd.Revoked),
            Talk.Withdraw => new PlacementCommand.WithdrawOffer(state.Attempt, Words),
            Talk.FailArrival => new PlacementCommand.ArrivalFailed(state.Attempt, Words),
            Talk.Yes => new PlacementCommand.AnswerEnquiry(enquiry, Somebody, null, null),
            Talk.No => new PlacementCommand.AnswerEnquiry(enquiry, null, code, null),
            Talk.EndEnquiries => new PlacementCommand.EndEnquiries(now),
            Talk.Park => new PlacementCommand.ParkWaiting(WaitReason.NoFit, null, now.AddDays(3), null, Words, false),
            Talk.Resume => new PlacementCommand.Resume(null),
            _ => new PlacementCommand.Cancel(CancelReason.SituationImproved, null),
        };
    }

    private async Task WriteAsync(string request, ImmutableArray<PlacementEvent> facts)
    {
        var last = await _bed.WriteAsync(StreamId.Placement(request), [.. facts]);
        foreach (var (i, fact) in facts.Index())
        {
            Requests[request].Add((fact, _bed.Clock.GetUtcNow(), Placement.Evolve(StateOf(request), fact)));
            Positions[fact] = last - facts.Length + 1 + i;
        }
    }

    private async Task OwnAsync(string facility, string provider, bool moved)
    {
        var profile = ((FacilityEvent.Registered)Samples.Registered(provider: provider)).Profile;
        Owners.Add((facility, provider, await _bed.WriteAsync(StreamId.Facility(facility), moved ? new FacilityEvent.ProfileChanged(profile) : new FacilityEvent.Registered(profile))));
    }
}
