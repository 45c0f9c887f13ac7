namespace Grains.Facilities;

// The field's own words, stored in events by name: add one, never rename or reuse one. The Dutch word is the label that people see.

/// <summary>Whether a facility takes children in. Every value but Open and Unknown states a reason and an expected end or "unknown".</summary>
public enum Openness { Unknown, Open, Limited, AdmissionStop, ClosedForNow, ClosedForGood }

public enum OpennessReason { Staff, Infection, Safety, Renovation, GroupDynamics, Overcrowding, Policy, Other }

/// <summary>How help is given now: fysiek, beeldbellen, hybride.</summary>
public enum DeliveryNow { InPerson, Video, Hybrid }

public enum UnitKind
{
    CrisisGroup, LivingGroup, FamilyHome, CrisisFosterFamily, FosterFamily, ShortStay, TreatmentGroup, SecureYouthCare,
    RoomTraining, ParentChildPlace, AmbulatoryTeam, FlitsTeam, ChildCareGroup,
}

/// <summary>What a unit counts. Slots of ambulatory teams, FLITS and child care follow the same rules as beds and are never added to them.</summary>
public enum CapacityKind { Beds, Slots }

public enum GenderPolicy { All, F, M, ByConsultation }

/// <summary>Open, besloten, gesloten.</summary>
public enum Security { Open, SemiSecure, Secure }

/// <summary>lvb, ggz, trauma, verslaving, autisme, ouder-kind, medisch, anders.</summary>
public enum Specialism { MildIntellectualDisability, Psychiatry, Trauma, Addiction, Autism, ParentChild, Medical, Other }

/// <summary>Whether a unit may be asked as crisis shelter, by the provider's own word.</summary>
public enum CrisisUse { AfterConsultation, Allowed, NotForCrisis }

/// <summary>What a unit is for when there is infection. Only Regular exists until cohorts come.</summary>
public enum Cohort { Regular, Observation, Suspected, Confirmed }

public enum BlockReason { Quarantine, Cleaning, Defect, Renovation, GroupRest, SafetyIncident, KeptForReturn, Other }

/// <summary>How a unit's staffed beds are known.</summary>
public enum StaffingKind { DeclaredOperable, NotStaffBound, ShiftRatio }

/// <summary>Dag, avond, nacht. When each begins and ends is policy.</summary>
public enum Shift { Day, Evening, Night }

/// <summary>Pedagogisch medewerker, gedragswetenschapper, nachtwacht, ambulant, verpleegkundige, gezinshuisouder, stagiair of flex, anders.</summary>
public enum StaffFunction { Pedagogical, Behavioural, NightWatch, Ambulatory, Nurse, FamilyHomeParent, TraineeFlex, Other }

/// <summary>Why staff is absent; never a diagnosis.</summary>
public enum AbsenceReason { Ill, Quarantine, CareForRelative, Leave, Vacancy, Other }

/// <summary>Why a provider says no (domain 5). Data: the report was wrong; provider, policy, request, family: as the class says.</summary>
public enum RefusalCode
{
    NoBedInReality, StaffShortage, GroupComposition, DoesNotFitProfile, GroupSafety, InfectionRisk, NotForCrisis, NoLegalBasis,
    ParentsRefuse, ChildRefuses, TooFar, NoAnswer, Other,
}

public enum HoldState { Active, Consented }

/// <summary>How a number is known. The later of two is the weaker.</summary>
public enum Basis { Reported, Derived, Assumed, Disputed, Unknown }

/// <summary>How old a fact may be: fresh up to the expected interval, ageing up to twice, then stale; never reported is unknown. The later is the worse.</summary>
public enum Freshness { Fresh, Ageing, Stale, Unknown }

/// <summary>Why a hold ended without a child coming in.</summary>
public enum HoldEnd { Released, Expired, Refused, Revoked }
