using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;
using static Grains.Kernel.Decision;
using static Grains.Placements.PlacementCommand;

namespace Grains.Placements;

// Several places are asked at once and nothing is held: the first that says yes gets the children.
public static partial class Placement
{
    /// <summary>Units asked at the same time.</summary>
    public const int EnquiriesMax = 3;

    private static Decision<PlacementEvent> Decide(PlacementState state, Enquire c, Context context)
    {
        if (state.Urgency != Urgency.Immediate) return Refuse<PlacementEvent>(Reason.NotImmediate);
        var open = state.OpenEnquiries.ToImmutableArray();
        if (c.Places.FirstOrDefault(place => open.Any(asked => (asked.FacilityId, asked.UnitId) == (place.FacilityId, place.UnitId))) is { } again)
            return Refuse<PlacementEvent>(Reason.UnitAsked, ("unit_id", again.UnitId));
        if (open.Length + c.Places.Length > EnquiriesMax) return Refuse<PlacementEvent>(Reason.TooManyEnquiries, ("at_most", $"{EnquiriesMax - open.Length}"));

        var until = Deadlines.EnquiryUntil(context);
        return Accept<PlacementEvent>([.. c.Places.Select((place, i) =>
            new PlacementEvent.Enquired(state.Enquiries.Count + 1 + i, place.FacilityId, place.UnitId, until, state.Deadline!))]);
    }

    private static Decision<PlacementEvent> Decide(PlacementState state, AnswerEnquiry c, Context context)
    {
        if (!state.Enquiries.TryGetValue(c.Enquiry, out var asked)) return Refuse<PlacementEvent>(Reason.UnknownEnquiry);
        if (asked.Until <= context.Now) return Refuse<PlacementEvent>(Reason.EnquiryEnded);
        if (c.Code is { } code) return Accept<PlacementEvent>(SaidNo(state, c, code, context));
        return Accept<PlacementEvent>(new PlacementEvent.EnquiryAgreed(
            c.Enquiry, state.Attempt + 1, asked.FacilityId, asked.UnitId, state.Subjects.Length, c.AgreedBy!.Value,
            new(Deadlines.ArrivalBy(context, Known(state.Urgency)), context.Now)));
    }

    private static PlacementEvent.EnquiryOver SaidNo(PlacementState state, AnswerEnquiry c, RefusalCode code, Context context)
    {
        var effect = RefusalEffect.Of(code);
        return new(
            c.Enquiry, EnquiryEnd.Refused, code, c.Text, effect.ExcludesUnit, context.Now + effect.ExcludedFor, effect.BackToTriage,
            effect.BackToTriage ? new(Deadlines.TriageBy(context, state.Urgency), context.Now) : state.Deadline!);
    }

    /// <summary>An enquiry that nobody can answer any more, and why: the others were faster, or it is simply over.</summary>
    private static Decision<PlacementEvent> TooLate(EnquiryEnd how) =>
        Refuse<PlacementEvent>(how == EnquiryEnd.FoundElsewhere ? Reason.FoundElsewhere : Reason.EnquiryEnded);

    private static Decision<PlacementEvent> Decide(PlacementState state, EndEnquiries _, Context context) => Accept<PlacementEvent>(
        [.. state.OpenEnquiries.Where(asked => asked.Until <= context.Now).Select(asked => new PlacementEvent.EnquiryOver(
            asked.Number, EnquiryEnd.NoAnswer, RefusalCode.NoAnswer, null, false, null, false, state.Deadline!))]);

    /// <summary>When the first of the places that are asked now has not answered in time, or null.</summary>
    internal static DateTimeOffset? FirstEnquiryEnd(PlacementState state) => state.OpenEnquiries.Min(asked => (DateTimeOffset?)asked.Until);

    private static PlacementState Asked(PlacementState state, PlacementEvent.Enquired f) =>
        state with { Enquiries = state.Enquiries.Add(f.Enquiry, new(f.Enquiry, f.FacilityId, f.UnitId, f.Until)) };

    private static PlacementState Agreed(PlacementState state, PlacementEvent.EnquiryAgreed f) => Over(state, f.Enquiry, EnquiryEnd.Agreed) with
    {
        Phase = PlacementPhase.Agreed,
        Attempt = f.Attempt,
        Deadline = f.Deadline,
        Live = new(f.Attempt, f.FacilityId, f.UnitId, f.Beds, f.Deadline.At),
    };

    private static PlacementState Over(PlacementState state, PlacementEvent.EnquiryOver f) => Over(state, f.Enquiry, f.How) with
    {
        Phase = f.BackToTriage ? PlacementPhase.InTriage : state.Phase,
        Deadline = f.Deadline,
        Excluded = f.ExcludesUnit ? Exclude(state, state.Enquiries[f.Enquiry].Place, f.ExcludedUntil) : state.Excluded,
    };

    private static PlacementState Over(PlacementState state, int enquiry, EnquiryEnd how) =>
        state with { Enquiries = state.Enquiries.SetItem(enquiry, state.Enquiries[enquiry] with { End = how }) };

    /// <summary>Only who is searched for is asked for: whatever else becomes of the request ends what is still asked.</summary>
    private static PlacementState WithoutIdleEnquiries(PlacementState state)
    {
        if (state.Phase == PlacementPhase.Searching || !state.OpenEnquiries.Any()) return state;
        var how = state.Phase is PlacementPhase.Offered or PlacementPhase.Agreed ? EnquiryEnd.FoundElsewhere : EnquiryEnd.Stopped;
        return state.OpenEnquiries.Aggregate(state, (next, asked) => Over(next, asked.Number, how));
    }
}
