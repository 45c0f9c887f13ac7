using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Facilities;

/// <summary>What a location is. <paramref name="Municipality"/> is a CBS code such as GM0505.</summary>
public sealed record FacilityProfile(
    string ProviderId, string Name, string Municipality, int Postcode4, double Latitude, double Longitude, DeliveryNow DeliveryNow);

/// <summary>What a unit (groep) is, apart from anything that is reported about it.</summary>
/// <param name="Licensed">0 to 500 places.</param>
/// <param name="AgeMin">Years, 0 to 22, not above <paramref name="AgeMax"/>.</param>
/// <param name="MaxStayDays">1 to 3,650, or null.</param>
/// <param name="ProductCode">JZ21 code such as 46A00, or null.</param>
/// <param name="Ratio">Set exactly when the unit is staffed by ShiftRatio.</param>
public sealed record UnitProfile(
    string Name, UnitKind Kind, CapacityKind CapacityKind, int Licensed, int SingleRooms, int AgeMin, int AgeMax, GenderPolicy GenderPolicy,
    Security Security, ImmutableArray<Specialism> Specialisms, bool SiblingsPossible, bool Wheelchair, StaffingKind Staffing,
    int? MaxStayDays = null, string? ProductCode = null, RatioTable? Ratio = null)
{
    public bool Equals(UnitProfile? other) => other is not null
        && (Name, Kind, CapacityKind, Licensed, SingleRooms, AgeMin, AgeMax, GenderPolicy) == (other.Name, other.Kind, other.CapacityKind, other.Licensed, other.SingleRooms, other.AgeMin, other.AgeMax, other.GenderPolicy)
        && (Security, SiblingsPossible, Wheelchair, Staffing, MaxStayDays, ProductCode) == (other.Security, other.SiblingsPossible, other.Wheelchair, other.Staffing, other.MaxStayDays, other.ProductCode)
        && Ratio == other.Ratio && Specialisms.SequenceEqual(other.Specialisms);

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Licensed, AgeMin, AgeMax);
}

/// <summary>Beds out of use. Counts from <paramref name="From"/> until <paramref name="Until"/> (exclusive), or until it is ended.</summary>
/// <param name="Beds">1 to 500.</param>
/// <param name="Note">Kept outside the log.</param>
public sealed record Block(
    string UnitId, int Beds, BlockReason Reason, DateTimeOffset From, DateTimeOffset? Until, DateTimeOffset ReviewAt, TextRef? Note = null)
{
    public bool ActiveAt(DateTimeOffset instant) => From <= instant && !(Until <= instant);
}

/// <summary>The provider's word on crisis use. When <paramref name="Until"/> passes it counts as AfterConsultation, never as Allowed.</summary>
/// <param name="StatedBy">A caller's reference, never a name.</param>
public sealed record CrisisUseStated(CrisisUse Value, string StatedBy, DateTimeOffset At, DateTimeOffset? Until, TextRef? Text)
{
    public CrisisUse ValueAt(DateTimeOffset instant) => Until <= instant ? CrisisUse.AfterConsultation : Value;
}

/// <summary>Beds promised to one attempt of one request, one for each of its children. <paramref name="Until"/> of an Active hold ends it;
/// of a Consented one it is the arrival deadline and ends nothing.</summary>
/// <param name="SingleRoom">Whether each of its beds is a single room.</param>
/// <param name="Extended">Whether it was given more time, which happens once.</param>
public sealed record Hold(
    string UnitId, string RequestId, int Attempt, int Beds, bool SingleRoom, HoldState State, DateTimeOffset Until, ImmutableArray<string> Subjects,
    bool Extended = false)
{
    /// <summary>Counts the holds that the facility ever gave: of two the newer has the higher.</summary>
    public long Number { get; init; }

    /// <summary>One attempt has one hold; its id says so.</summary>
    public static string IdOf(string requestId, int attempt) => $"{requestId}.{attempt}";

    public string Id => IdOf(RequestId, Attempt);

    /// <summary>At its very end an Active hold keeps nothing any more, whether or not the clock has written that down.</summary>
    public bool KeepsBedsAt(DateTimeOffset instant) => State == HoldState.Consented || instant < Until;
}

/// <summary>A child in a bed, known by its subject alone. A bed of a child on leave stays occupied.</summary>
public sealed record Occupancy(
    string UnitId, string SubjectId, string? RequestId, DateTimeOffset Since, DateTimeOffset? PlannedEnd, bool OnLeave, bool SingleRoom,
    Sealed? Infection = null);

/// <summary>With whom at the provider a crisis place was talked over, and when.</summary>
public sealed record Consultation(PersonRef With, DateTimeOffset At);
