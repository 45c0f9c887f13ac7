using System.Collections.Immutable;
using System.Globalization;
using Grains.Capacity;
using Grains.Kernel;

namespace Grains.Facilities;

/// <summary>The rules of a facility: what may be reported, promised and let in. All capacity truth is decided here.</summary>
public static partial class Facility
{
    public static readonly Decider<FacilityState, FacilityCommand, FacilityEvent> Decider = new(FacilityState.None, Decide, Evolve, Due);

    public static readonly GrainType Grain = GrainType.Of(GrainKind.Facility, Decider, FacilitySteps.Tick);

    // Arms read top to bottom: when two refusals apply, the caller always sees the upper one.
    private static Decision<FacilityEvent> Decide(FacilityState state, FacilityCommand command, Context context) => command switch
    {
        FacilityCommand.Describe c => Describe(state, c, context),
        _ when state.Profile is null => Refuse(Reason.UnknownFacility),
        _ when MomentOf(command) is { } moment && context.IsTooFarAhead(moment) => Refuse(Reason.OccurredInFuture, ("at_most", Text(context.LatestAllowed()))),

        FacilityCommand.SetCrucial c => c.Crucial == state.Crucial ? Already : Accept(new FacilityEvent.CrucialSet(c.Crucial)),
        FacilityCommand.SetOpenness c => SetOpenness(state, c, context),
        FacilityCommand.SetCrisisUse c => SetCrisisUse(state, c, context),
        FacilityCommand.ReportBeds c => ReportBeds(state, c, context),
        FacilityCommand.DeclareOperable c => DeclareOperable(state, c, context),
        FacilityCommand.ConfirmUnchanged c => ConfirmUnchanged(state, c, context),
        FacilityCommand.SetBlock c => SetBlock(state, c),
        FacilityCommand.EndBlock c => EndBlock(state, c, context),
        FacilityCommand.SetRoster c => SetRoster(state, c, context),
        FacilityCommand.SetStandardRoster c => SetStandardRoster(state, c, context),
        FacilityCommand.ReportAbsence c => ReportAbsence(state, c, context),
        FacilityCommand.EndAbsence c => EndAbsence(state, c, context),

        FacilityCommand.Hold c => Hold(state, c, context),
        FacilityCommand.Enquire c => Enquire(state, c, context),
        FacilityCommand.RefuseEnquiry c => RefuseEnquiry(state, c, context),
        FacilityCommand.ExtendHold c => ExtendHold(state, c, context),
        FacilityCommand.KeepHold c => KeepHold(state, c, context),
        FacilityCommand.ConsentHold c => ConsentHold(state, c, context),
        FacilityCommand.RefuseHold c => RefuseHold(state, c, context),
        FacilityCommand.ReleaseHold c => ReleaseHold(state, c, context),
        FacilityCommand.EndHoldByTime c => EndHoldByTime(state, c, context),
        FacilityCommand.RevokeHold c => RevokeHold(state, c, context),
        FacilityCommand.NoticeShortfall c => NoticeShortfall(state, c, context),
        FacilityCommand.NoticeForecastShortfall c => NoticeForecastShortfall(state, c, context),

        FacilityCommand.Admit c => Admit(state, c, context),
        FacilityCommand.EndOccupancy c => EndOccupancy(state, c, context),
        FacilityCommand.EndOccupancies c => EndOccupancies(state, c, context),
        FacilityCommand.ExtendStay c => ExtendStay(state, c, context),
        FacilityCommand.AcknowledgeAlarm c => state.Acknowledged.Contains(c.AlarmId) ? Already : Accept(new FacilityEvent.AlarmAcknowledged(c.AlarmId)),
        _ => throw new System.Diagnostics.UnreachableException(command.GetType().Name),
    };

    /// <summary>The end of the Active hold that ends first; now, when there is something to notice or to take back; the next look otherwise.</summary>
    private static DateTimeOffset? Due(FacilityState state, Policy policy, DateTimeOffset now)
    {
        var ends = FirstToEnd(state)?.Until;
        if (ends <= now) return ends;
        return Owes(state, policy, now) is not null ? now : Earliest.Of(ends, NextLook(state, policy, now));
    }

    /// <summary>Of holds that end at the same instant the one with the lower id.</summary>
    internal static Hold? FirstToEnd(FacilityState state)
    {
        Hold? first = null;
        foreach (var (_, hold) in state.Holds)
            if (hold.State == HoldState.Active && (first is null || hold.Until < first.Until)) first = hold;
        return first;
    }

    // The moment in the world that a command speaks of, by the caller's clock.
    private static DateTimeOffset? MomentOf(FacilityCommand command) => command switch
    {
        FacilityCommand.SetOpenness c => c.AsOf,
        FacilityCommand.ReportBeds c => c.AsOf,
        FacilityCommand.DeclareOperable c => c.AsOf,
        FacilityCommand.ConfirmUnchanged c => c.AsOf,
        FacilityCommand.EndBlock c => c.At,
        FacilityCommand.SetRoster c => c.AsOf,
        FacilityCommand.SetStandardRoster c => c.AsOf,
        FacilityCommand.ReportAbsence c => c.AsOf,
        FacilityCommand.EndAbsence c => c.At,
        FacilityCommand.Admit c => c.At,
        FacilityCommand.EndOccupancy c => c.At,
        FacilityCommand.EndOccupancies c => c.At,
        _ => null,
    };

    private static Decision<FacilityEvent> Already => Decision.Already<FacilityEvent>();

    private static Decision<FacilityEvent> Accept(params ImmutableArray<FacilityEvent> events) => Decision.Accept(events);

    private static Decision<FacilityEvent> Refuse(Reason reason, params ImmutableArray<(string Key, string Value)> details) =>
        Decision.Refuse<FacilityEvent>(reason, details);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
