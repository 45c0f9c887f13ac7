using Gateway.Access;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;
using Own = Grains.Placements;

namespace Gateway.Services;

// Requests and what they answer.
internal static partial class Show
{
    /// <summary>Where the request stands because of a step, rebuilt from the step's own events so that a retry hears the same.</summary>
    public static PhaseAnswer Phase(Answer.Accepted accepted)
    {
        var answer = new PhaseAnswer { Position = accepted.Position };
        foreach (var fact in accepted.Facts)
        {
            if (fact.Event is not PlacementEvent e) continue;
            var (phase, deadline) = After(e);
            if (phase == Own.PlacementPhase.None) continue;
            answer.Asks = Asks(e switch { PlacementEvent.AttemptOver f => f.Code, PlacementEvent.EnquiryOver f => f.Code, _ => null });
            (answer.Phase, answer.Deadline) = (Words<Plek.V1.PlacementPhase, Own.PlacementPhase>.ToWire(phase), deadline?.At.ToWire());
        }
        return answer;
    }

    public static Plek.V1.Attempt? Attempt(Own.Attempt? attempt) => attempt is null ? null : new()
    {
        Number = attempt.Number,
        FacilityId = attempt.FacilityId,
        UnitId = attempt.UnitId,
        Beds = attempt.Beds,
        Until = attempt.Until.ToWire(),
        End = attempt.End is { } end ? Words<Plek.V1.AttemptEnd, Own.AttemptEnd>.ToWire(end) : default,
    };

    public static Plek.V1.RefusalAsks Asks(Grains.Facilities.RefusalCode? code) =>
        code is { } given && RefusalEffect.Of(given).Asks is { } asks ? Words<Plek.V1.RefusalAsks, Own.RefusalAsks>.ToWire(asks) : default;

    public static Plek.V1.Enquiry Enquiry(Own.Enquiry enquiry) => new()
    {
        Number = enquiry.Number,
        FacilityId = enquiry.FacilityId,
        UnitId = enquiry.UnitId,
        Until = enquiry.Until.ToWire(),
        End = enquiry.End is { } end ? Words<Plek.V1.EnquiryEnd, Own.EnquiryEnd>.ToWire(end) : default,
    };

    public static Plek.V1.LegalBasisFact Basis(Own.LegalBasisFact basis)
    {
        var shown = new Plek.V1.LegalBasisFact
        {
            Kind = Words<Plek.V1.LegalBasis, Own.LegalBasis>.ToWire(basis.Kind),
            Status = Words<Plek.V1.LegalBasisStatus, Own.LegalBasisStatus>.ToWire(basis.Status),
            ValidUntil = basis.ValidUntil.ToWire(),
            HearingBefore = basis.HearingBefore.ToWire(),
        };
        if (basis.StatementForSecureStay is { } statement) shown.StatementForSecureStay = statement;
        return shown;
    }

    /// <summary>Without persons, who stand in the vault.</summary>
    public static Plek.V1.Care Care(Own.Care care) => new()
    {
        WaitingFrom = care.Dates.WaitingFrom.ToWire(),
        SafetyBy = care.Dates.Safety?.At.ToWire(),
        HearingBefore = care.Dates.Hearing.ToWire(),
        ThreeMonthsAt = care.Dates.ThreeMonths.ToWire(),
        Registered = care.Registered,
        DirectorBy = care.DirectorBy?.At.ToWire(),
        Bridging = Bridging(care.Bridging),
        VisitsAndTransport = care.Visits?.ProviderId ?? "",
        OverdueSince = care.OverdueSince.ToWire(),
    };

    public static Plek.V1.Bridging? Bridging(Own.Bridging? plan) => plan is null ? null : new()
    {
        Kind = Words<Plek.V1.BridgingKind, Own.BridgingKind>.ToWire(plan.Kind),
        ProviderId = plan.ProviderId ?? "",
        From = plan.From.ToWire(),
        Until = plan.Until.ToWire(),
        ReviewAt = plan.ReviewAt.ToWire(),
    };

    /// <param name="exactly">Age, safety and their instants beside the band.</param>
    public static ChildView Child(ChildFacts child, InfectionFact? infection, bool exactly)
    {
        var shown = new ChildView
        {
            SubjectId = child.SubjectId,
            AgeBand = Reveal.AgeBandOf(child.AgeYears),
            GenderNeed = Words<Plek.V1.GenderNeed, Own.GenderNeed>.ToWire(child.GenderNeed),
            Security = Words<Plek.V1.Security, Grains.Facilities.Security>.ToWire(child.Security),
            Specialisms = { child.Specialisms.Select(Words<Plek.V1.Specialism, Grains.Facilities.Specialism>.ToWire) },
            ParentChild = child.ParentChild,
            Medical = child.Medical,
            Wheelchair = child.Wheelchair,
            Infection = Words<Plek.V1.InfectionStatus, Own.InfectionStatus>.ToWire(infection?.Status ?? Own.InfectionStatus.NotAsked),
            InfectionAsOf = infection?.AsOf.ToWire(),
        };
        if (!exactly) return shown;
        shown.AgeYears = child.AgeYears;
        if (child.Safety is { } safety)
            (shown.Safety, shown.SafetyAt) = (Words<Plek.V1.SafetyScore, Own.SafetyScore>.ToWire(safety.Score), safety.At.ToWire());
        return shown;
    }

    private static (Own.PlacementPhase Phase, Deadline? Deadline) After(PlacementEvent e) => e switch
    {
        PlacementEvent.Submitted f => (Own.PlacementPhase.Received, f.Deadline),
        PlacementEvent.TriageStarted f => (Own.PlacementPhase.InTriage, f.Deadline),
        PlacementEvent.Triaged f => (Own.PlacementPhase.Searching, f.Deadline),
        PlacementEvent.Rejected => (Own.PlacementPhase.Rejected, null),
        PlacementEvent.Offered f => (Own.PlacementPhase.Offered, f.Deadline),
        PlacementEvent.Enquired f => (Own.PlacementPhase.Searching, f.Deadline),
        PlacementEvent.EnquiryAgreed f => (Own.PlacementPhase.Agreed, f.Deadline),
        PlacementEvent.EnquiryOver f => (f.BackToTriage ? Own.PlacementPhase.InTriage : Own.PlacementPhase.Searching, f.Deadline),
        PlacementEvent.HoldExtended f => (Own.PlacementPhase.Offered, f.Deadline),
        PlacementEvent.HoldKept f => (Own.PlacementPhase.Agreed, f.Deadline),
        PlacementEvent.Consented f => (Own.PlacementPhase.Agreed, f.Deadline),
        PlacementEvent.AttemptOver f => (f.BackToTriage ? Own.PlacementPhase.InTriage : Own.PlacementPhase.Searching, f.Deadline),
        PlacementEvent.Departed f => (Own.PlacementPhase.EnRoute, f.Deadline),
        PlacementEvent.Admitted f => (Own.PlacementPhase.Placed, f.Deadline),
        PlacementEvent.StayExtended f => (Own.PlacementPhase.Placed, f.Deadline),
        PlacementEvent.StayEnded => (Own.PlacementPhase.Placed, null),
        PlacementEvent.Ended => (Own.PlacementPhase.Ended, null),
        PlacementEvent.Cancelled => (Own.PlacementPhase.Cancelled, null),
        PlacementEvent.ParkedWaiting f => (Own.PlacementPhase.Waiting, f.Deadline),
        PlacementEvent.Resumed f => (Own.PlacementPhase.Searching, f.Deadline),
        _ => (Own.PlacementPhase.None, null),
    };
}
