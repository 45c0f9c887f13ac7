using Grains.Capacity;
using Grains.Kernel;

namespace Grains.Facilities;

public static partial class Facility
{
    // Free beds, a dispute and stale words are what an enquiry is there to find out, and who is asked is consulted. The rest no answer changes.
    private static Decision<FacilityEvent> Enquire(FacilityState state, FacilityCommand.Enquire c, Context context)
    {
        foreach (var asked in c.Asked)
        {
            if (!state.Units.TryGetValue(asked.UnitId, out var unit)) return Refuse(Reason.UnknownUnit, ("unit_id", asked.UnitId));
            var capacity = UnitCapacity.At(state, asked.UnitId, context.Now, context.Policy);
            if (WhyNever(state, asked, unit, capacity, WantedBy(asked), context.Now, consulted: true) is { } reason) return Refuse(reason, ("unit_id", asked.UnitId));
        }
        return Already;
    }

    private static Decision<FacilityEvent> RefuseEnquiry(FacilityState state, FacilityCommand.RefuseEnquiry c, Context context) => !state.Units.ContainsKey(c.UnitId)
        ? Refuse(Reason.UnknownUnit)
        : Accept(new FacilityEvent.EnquiryRefused(c.UnitId, c.RequestId, c.Enquiry, c.Code, context.Now));

    /// <summary>What a provider's no says about its own unit, whether a bed was held or only asked for.</summary>
    private static FacilityState Refused(FacilityState state, string unitId, RefusalCode? code, DateTimeOffset at) => code switch
    {
        RefusalCode.NoBedInReality => Change(state, unitId, unit => Attempted(unit, wasTrue: false) with { DisputedSince = at }),
        RefusalCode.StaffShortage => Change(state, unitId, unit => unit with { StaffShortSince = at }),
        RefusalCode.InfectionRisk => Change(state, unitId, unit => unit with { CohortReviewAskedAt = at }),
        RefusalCode.NotForCrisis => Change(state, unitId, unit => unit with { CrisisUseAskedAt = at }),
        _ => state,
    };
}
