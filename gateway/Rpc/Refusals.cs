using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using Grains.Kernel;

namespace Gateway.Rpc;

/// <summary>Every refusal as the caller is told it: the one table from reason to code and sentence.</summary>
public static class Refusals
{
    public static RpcException ToRpcException(this Refusal refusal)
    {
        var (code, message) = Tell(refusal.Reason);
        return new(code, NameOf(refusal.Reason), message)
        {
            Metadata = refusal.Details.ToImmutableDictionary(detail => detail.Key, detail => detail.Value),
        };
    }

    /// <summary>The reason in upper snake case, stable for ever.</summary>
    public static string NameOf(Reason reason)
    {
        var name = new StringBuilder();
        foreach (var c in $"{reason}")
        {
            if (char.IsAsciiLetterUpper(c) && name.Length > 0) name.Append('_');
            name.Append(char.ToUpperInvariant(c));
        }
        return name.ToString();
    }

    private static (Code Code, string Message) Tell(Reason reason) => reason switch
    {
        Reason.CommandIdReused => (Code.AlreadyExists, "This command id was used before with other contents."),
        Reason.UnknownProvider => (Code.NotFound, "There is no such provider."),
        Reason.UnknownFacility => (Code.NotFound, "There is no such facility."),
        Reason.UnknownRequest => (Code.NotFound, "There is no such request."),
        Reason.UnknownChild => (Code.NotFound, "There is no such child in this request."),
        Reason.UnknownRegion => (Code.NotFound, "No region has been imported."),
        Reason.NotAllowedInState => (Code.FailedPrecondition, "The request is in a phase that does not allow this."),
        Reason.StaleAttempt => (Code.FailedPrecondition, "Another attempt is the live one."),
        Reason.OccurredInFuture => (Code.FailedPrecondition, "What is reported lies further ahead than clocks may differ."),
        Reason.LiveRequestExists => (Code.AlreadyExists, "A child of this request has a live request already; call the desk."),
        Reason.OpenOccupancyExists => (Code.FailedPrecondition, "A child of this request lives in a place already."),
        Reason.RequestIdTaken => (Code.AlreadyExists, "This request exists already."),
        Reason.ReviewDateOutOfRange => (Code.FailedPrecondition, "A wait is looked at again, and no later than the policy allows."),
        Reason.ChildLinked => (Code.FailedPrecondition, "This child has been linked to another subject, which stands for it now; ask again."),
        Reason.BothChildrenLive => (Code.FailedPrecondition, "Both have a live request or a place; close one first."),
        Reason.EscalationUnchanged => (Code.FailedPrecondition, "The request stands at that level already."),
        Reason.UnknownUnit => (Code.NotFound, "The facility has no such unit."),
        Reason.UnknownBlock => (Code.NotFound, "The facility has no such block."),
        Reason.UnknownOccupancy => (Code.NotFound, "There is no such stay here."),
        Reason.BelowKnownPlacements => (Code.FailedPrecondition, "More children were placed here through Plek than are reported."),
        Reason.Impossible => (Code.FailedPrecondition, "More children than the unit can plausibly hold; confirm if it is so."),
        Reason.FacilityOccupied => (Code.FailedPrecondition, "Children still live here."),
        Reason.ReasonMissing => (Code.FailedPrecondition, "This needs its reason."),
        Reason.NotDeclaredOperable => (Code.FailedPrecondition, "The unit's staffing is not a declared number."),
        Reason.BlockExists => (Code.AlreadyExists, "This id stands for another unit's block."),
        Reason.OccupancyExists => (Code.AlreadyExists, "This stay exists already."),
        Reason.UnknownAbsence => (Code.NotFound, "The facility has no such absence."),
        Reason.AbsenceExists => (Code.AlreadyExists, "This id stands for another unit's absence."),
        Reason.TooManyAbsences => (Code.ResourceExhausted, "The unit has too many absences; end those that are over."),
        Reason.NotOpen => (Code.FailedPrecondition, "The facility takes nobody in."),
        Reason.NotForCrisis => (Code.FailedPrecondition, "The unit is not for crisis."),
        Reason.ConsultationRequired => (Code.FailedPrecondition, "The provider must be consulted first."),
        Reason.AgeOutOfRange => (Code.FailedPrecondition, "A child's age is not one that the unit takes."),
        Reason.GenderNotAccepted => (Code.FailedPrecondition, "A child's gender is not one that the unit takes."),
        Reason.SecurityWithoutLegalBasis => (Code.FailedPrecondition, "A secure place needs a secure order."),
        Reason.CohortMismatch => (Code.FailedPrecondition, "The unit's cohort does not admit a child's infection."),
        Reason.KeepApartChildPresent => (Code.FailedPrecondition, "A child is in who must be kept apart."),
        Reason.UnitExcluded => (Code.FailedPrecondition, "The unit is excluded for this request."),
        Reason.UnitDisputed => (Code.FailedPrecondition, "The unit is disputed until it reports its beds."),
        Reason.UnitStale => (Code.FailedPrecondition, "What is known of the unit is stale; call first."),
        Reason.NotEnoughBeds => (Code.ResourceExhausted, "Fewer beds are free than were asked for."),
        Reason.NotEnoughSingleRooms => (Code.ResourceExhausted, "Fewer single rooms are free than were asked for."),
        Reason.TooManyHolds => (Code.ResourceExhausted, "The facility has too many holds."),
        Reason.NotImmediate => (Code.FailedPrecondition, "Several places are asked at once only for what is immediate."),
        Reason.UnitAsked => (Code.AlreadyExists, "This unit has been asked already and has not answered yet."),
        Reason.TooManyEnquiries => (Code.ResourceExhausted, "More units would be asked at the same time than may be."),
        Reason.UnknownEnquiry => (Code.NotFound, "The request has no such enquiry."),
        Reason.FoundElsewhere => (Code.FailedPrecondition, "A place was found elsewhere; nothing more is asked."),
        Reason.EnquiryEnded => (Code.FailedPrecondition, "The enquiry is over."),
        Reason.UnknownHold => (Code.NotFound, "There is no such hold."),
        Reason.HoldEnded => (Code.FailedPrecondition, "The hold has ended."),
        Reason.HoldAlreadyExtended => (Code.FailedPrecondition, "The hold was given more time before; that happens once."),
        Reason.ExtensionTooLong => (Code.FailedPrecondition, "A hold gets at most as long again as it was made for."),
        Reason.NoShortfall => (Code.FailedPrecondition, "The unit has no shortfall, so there is nothing to decide."),
        Reason.HoldNotConsented => (Code.FailedPrecondition, "The provider has not consented."),
        Reason.LegalBasisMissing => (Code.FailedPrecondition, "The legal basis that the unit needs is missing."),
        Reason.InfectionNotAsked => (Code.FailedPrecondition, "Infection must be asked again before admission."),
        Reason.PolicyOutOfRange => (Code.FailedPrecondition, "A number of the policy is out of its range."),
        Reason.UnknownMunicipality => (Code.NotFound, "The region has no such municipality."),
        Reason.ProviderHasFacilities => (Code.FailedPrecondition, "The provider still has facilities."),
        _ => throw new UnreachableException($"{reason} has no code."),
    };
}
