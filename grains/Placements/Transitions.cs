using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Grains.Placements;

/// <summary>Which commands a request takes in which phase: the domain's table, said once.</summary>
public static class Transitions
{
    private static readonly FrozenDictionary<PlacementPhase, ImmutableArray<Type>> ByPhase = new Dictionary<PlacementPhase, ImmutableArray<Type>>
    {
        [PlacementPhase.None] = [typeof(PlacementCommand.Submit)],
        [PlacementPhase.Received] = [typeof(PlacementCommand.StartTriage), typeof(PlacementCommand.Cancel)],
        [PlacementPhase.InTriage] = [typeof(PlacementCommand.Triage), typeof(PlacementCommand.RejectAsNoCrisis), typeof(PlacementCommand.Cancel), typeof(PlacementCommand.ChangeDistance)],
        [PlacementPhase.Searching] =
        [
            typeof(PlacementCommand.Offer), typeof(PlacementCommand.Enquire), typeof(PlacementCommand.AnswerEnquiry), typeof(PlacementCommand.Cancel), typeof(PlacementCommand.ParkWaiting),
            typeof(PlacementCommand.SetBridging), typeof(PlacementCommand.ChangeDistance),
        ],
        [PlacementPhase.Waiting] =
        [
            typeof(PlacementCommand.Offer), typeof(PlacementCommand.Cancel), typeof(PlacementCommand.Resume), typeof(PlacementCommand.SetBridging),
            typeof(PlacementCommand.ChangeDistance),
        ],
        [PlacementPhase.Offered] =
        [
            typeof(PlacementCommand.ExtendHold), typeof(PlacementCommand.Consent), typeof(PlacementCommand.Refuse),
            typeof(PlacementCommand.WithdrawOffer), typeof(PlacementCommand.HoldEnded), typeof(PlacementCommand.Cancel),
        ],
        [PlacementPhase.Agreed] =
        [
            typeof(PlacementCommand.KeepHold), typeof(PlacementCommand.WithdrawOffer), typeof(PlacementCommand.Depart), typeof(PlacementCommand.Admit),
            typeof(PlacementCommand.ArrivalFailed), typeof(PlacementCommand.Cancel),
        ],
        [PlacementPhase.EnRoute] = [typeof(PlacementCommand.Admit), typeof(PlacementCommand.ArrivalFailed), typeof(PlacementCommand.Cancel)],
        [PlacementPhase.Placed] = [typeof(PlacementCommand.RequestTransfer), typeof(PlacementCommand.Extend), typeof(PlacementCommand.EndStay)],
        [PlacementPhase.Ended] = [],
        [PlacementPhase.Rejected] = [],
        [PlacementPhase.Cancelled] = [],
    }.ToFrozenDictionary();

    // Asked of a request at any time until it is final.
    private static readonly ImmutableArray<Type> NotFinal =
    [
        typeof(PlacementCommand.ReassessSafety), typeof(PlacementCommand.Escalate), typeof(PlacementCommand.Handover),
        typeof(PlacementCommand.SetProcessDirector), typeof(PlacementCommand.SetVisitsAndTransport),
    ];

    public static bool Allows(PlacementPhase phase, PlacementCommand command) => AllIn(phase).Contains(command.GetType());

    /// <summary>What somebody may ask in this phase, by the wire's names. What a clock asks is not among them.</summary>
    public static IEnumerable<string> AllowedTo(PlacementPhase phase) =>
        AllIn(phase).Where(command => command != typeof(PlacementCommand.HoldEnded)).Select(command => command.Name);

    private static IEnumerable<Type> AllIn(PlacementPhase phase) => phase is PlacementPhase.None or PlacementPhase.Ended or PlacementPhase.Rejected or PlacementPhase.Cancelled
        ? ByPhase[phase] : ByPhase[phase].Concat(NotFinal);
}
