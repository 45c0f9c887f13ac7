namespace Grains.Placements;

// The field's own words, stored in events by name: add one, never rename or reuse one.

/// <summary>Where a request stands. The last three are final.</summary>
public enum PlacementPhase { None, Received, InTriage, Searching, Offered, Agreed, EnRoute, Placed, Waiting, Ended, Rejected, Cancelled }

/// <summary>How soon a place is needed. The order is the order of the policy's deadlines.</summary>
public enum Urgency { Immediate, Today, Within48h, ThisWeek, Planned }

/// <summary>The two grades of a crisis decision.</summary>
public enum CrisisGrade { NotCrisis, Urgent, Acute }

public enum ReferrerKind { Access, CertifiedInstitution, Medical, ChildrensCourt, ChildProtectionBoard, VeiligThuis }

public enum LegalBasis { Voluntary, SupervisionOrder, ProvisionalSupervision, Guardianship, EmergencyRemoval, SecureOrder }

public enum LegalBasisStatus { AppliedFor, OralDecision, Written }

public enum GenderNeed { Any, F, M }

public enum InfectionStatus { NotAsked, NoSymptoms, Contact, Suspected, Confirmed, Recovered }

/// <summary>0 safe, 1 reasonably safe under the circumstances, 2 unsafe, 3 very unsafe.</summary>
public enum SafetyScore { Safe, ReasonablySafe, Unsafe, VeryUnsafe }

/// <summary>How an attempt came to nothing.</summary>
public enum AttemptEnd { Refused, Expired, Revoked, Withdrawn, ArrivalFailed, Cancelled }

/// <summary>How an enquiry ended. FoundElsewhere: another place was faster. Stopped: nobody is searched for any more.</summary>
public enum EnquiryEnd { Agreed, Refused, NoAnswer, FoundElsewhere, Stopped }

/// <summary>How long a crisis stay has lasted, by the policy of its first day.</summary>
public enum CrisisStayMark { Warning, Limit }

/// <summary>How a stay ended for one child.</summary>
public enum StayOutcome { Home, FosterCare, OtherPlace, Independent, OutOfRegion, Unknown, Other }

public enum RejectReason { AmbulatoryHelp, OtherRegion, AdultCare, HospitalCare, NoHelpNeeded, Other }

public enum CancelReason { PlaceFoundElsewhere, SituationImproved, WrongRequest, ReferrerWithdrew, Other }

public enum Transport { Own, Arranged }

/// <summary>The alternatives that are talked through before an out-of-home placement.</summary>
public enum Alternative { Network, CurrentPlace, Ambulatory, ChildCare, Flits }

/// <summary>What a logged read showed: the request with its history, or places found for it.</summary>
public enum DetailsShown { Request, Places }
