using Grains.Facilities;

namespace Grains.Finding;

/// <summary>Why a unit does not fit, in the order in which it is checked. Consultation, staleness and a dispute exclude nobody: see <see cref="PlaceGroup"/>.</summary>
public enum Exclusion
{
    None, NotOpen, NotForCrisis, AgeOutOfRange, GenderNotAccepted, SecurityWithoutLegalBasis, CohortMismatch, KeepApartChildPresent, UnitExcluded,

    /// <summary>Never reported: nobody knows whether there is a place.</summary>
    Unknown,
    NotEnoughBeds, NotEnoughSingleRooms, TooManyHolds, SiblingsNotTogether, TooFar,
}

/// <summary>Which units can be offered at all. It says no where Hold would, for the same reason and in the same order.</summary>
public static class HardFilter
{
    public static Exclusion First(Wanted wanted, in Candidate unit)
    {
        for (var reason = Exclusion.NotOpen; reason <= Exclusion.TooFar; reason++)
            if (Applies(reason, wanted, unit)) return reason;
        return Exclusion.None;
    }

    public static bool Applies(Exclusion reason, Wanted wanted, in Candidate unit) => reason switch
    {
        Exclusion.NotOpen => unit.Openness is not (Openness.Open or Openness.Limited),
        Exclusion.NotForCrisis => wanted.Crisis && unit.CrisisUse == CrisisUse.NotForCrisis,
        Exclusion.AgeOutOfRange => !wanted.FitsAge(unit.AgeMin, unit.AgeMax),
        Exclusion.GenderNotAccepted => !wanted.FitsGender(unit.GenderPolicy),
        Exclusion.SecurityWithoutLegalBasis => !wanted.FitsSecurity(unit.Security),
        Exclusion.CohortMismatch => wanted.FitsCohort(unit.Cohort) == CohortFit.No,
        Exclusion.KeepApartChildPresent => unit.KeepApart,
        Exclusion.UnitExcluded => unit.Excluded,
        Exclusion.Unknown => unit.Unknown,
        Exclusion.NotEnoughBeds => unit.Slack < wanted.Beds,
        Exclusion.NotEnoughSingleRooms => wanted.FitsCohort(unit.Cohort) == CohortFit.SingleRoom && unit.SingleRooms < wanted.Beds,
        Exclusion.TooManyHolds => unit.TooManyHolds,
        Exclusion.SiblingsNotTogether => wanted.Beds > 1 && !unit.SiblingsPossible,
        Exclusion.TooFar => unit.HomeMetres > wanted.MaxDistanceKm * 1000,
        _ => false,
    };
}

/// <summary>Units in a lower group need something first.</summary>
public enum PlaceGroup
{
    Ready,
    AfterConsultation,

    /// <summary>Call first.</summary>
    Stale,

    /// <summary>Shown with its claimed number; cannot be held.</summary>
    Disputed,
}

public static class PlaceGroups
{
    /// <summary>The lowest group that the unit belongs to.</summary>
    public static PlaceGroup Of(Wanted wanted, in Candidate unit) =>
        unit.Disputed ? PlaceGroup.Disputed
        : unit.Freshness == Freshness.Stale ? PlaceGroup.Stale
        : wanted.Crisis && unit.CrisisUse == CrisisUse.AfterConsultation ? PlaceGroup.AfterConsultation
        : PlaceGroup.Ready;
}
