using Grains.Kernel;

namespace Grains.Placements;

// The dates of a request's care, as each command that touches them leaves them.
public static partial class Placement
{
    private static PlacementEvent[] DatesAfter(PlacementState state, PlacementCommand.Submit c, Context context) =>
        Set(state, Waits(state, state.Care.Dates with { Hearing = c.Known?.HearingBefore }, c.WaitingSince, c.Known?.Protected, context));

    private static PlacementEvent[] DatesAfter(PlacementState state, PlacementCommand.Triage c, Context context)
    {
        var dates = state.Care.Dates;
        if (c.Known is { } known) dates = dates with { Safety = SafetyBy(known, context), Hearing = known.HearingBefore };
        return Set(state, Waits(state, dates, c.NoFittingPlace ? context.Now : null, c.Known?.Protected, context));
    }

    private static PlacementEvent[] DatesAfter(PlacementState state, PlacementCommand.ParkWaiting c, Context context) =>
        Set(state, Waits(state, state.Care.Dates, context.Now, c.Protected, context));

    private static PlacementEvent[] DatesAfter(PlacementState state, PlacementCommand.ReassessSafety c, Context context) =>
        Set(state, state.Care.Dates with { Safety = SafetyBy(c.Known, context) });

    /// <param name="from">Another moment from which the children wait; the earliest counts.</param>
    /// <param name="isProtected">Null: as known, which the dates themselves tell.</param>
    private static CareDates Waits(PlacementState state, CareDates dates, DateTimeOffset? from, bool? isProtected, Context context)
    {
        if (dates.WaitingFrom is { } known && !(from < known)) from = known;
        var applies = !state.Care.Registered && (isProtected ?? dates.ThreeMonths is not null);
        if (from is not { } start || !applies) return dates with { WaitingFrom = from, NearThreeMonths = null, ThreeMonths = null };

        var reached = ThreeMonths.ReachedAt(start);
        var warns = !state.Care.Warned && reached > context.Now;
        return dates with { WaitingFrom = from, NearThreeMonths = warns ? ThreeMonths.NearAt(start) : null, ThreeMonths = reached };
    }

    /// <summary>The first child's turn; a score of long ago is due at once. When it was assessed stays sealed, so the length counts from now.</summary>
    private static Deadline? SafetyBy(CareFacts known, Context context) => known.Safety.IsEmpty
        ? null
        : known.Safety.Select(safety => new Deadline(SafetyBy(safety, context.Policy), context.Now)).MinBy(deadline => deadline.At);

    /// <summary>Until when a score is not old.</summary>
    public static DateTimeOffset SafetyBy(SafetyFact safety, Policy policy) => safety.At + IntervalOf(safety.Score, policy);

    private static TimeSpan IntervalOf(SafetyScore score, Policy policy) => policy.Minutes(score switch
    {
        SafetyScore.VeryUnsafe => PolicyNumbers.SafetyIntervalVeryUnsafe,
        SafetyScore.Unsafe => PolicyNumbers.SafetyIntervalUnsafe,
        _ => PolicyNumbers.SafetyIntervalSafe,
    });

    private static PlacementEvent[] Set(PlacementState state, CareDates dates) => dates == state.Care.Dates ? [] : [new PlacementEvent.CareDatesSet(dates)];
}
