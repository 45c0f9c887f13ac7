using Gateway.Access;
using Gateway.Views;
using Plek.V1;
using Own = Grains.Facilities;

namespace Gateway.Services;

// Facilities, units and their numbers.
internal static partial class Show
{
    public static Facility Facility(FacilityEntry entry, CapacityView view)
    {
        var (profile, openness) = (entry.State.Profile!, entry.State.Openness);
        return new()
        {
            FacilityId = entry.Id,
            ProviderId = profile.ProviderId,
            ProviderName = view.Providers.GetValueOrDefault(profile.ProviderId)?.Name ?? "",
            Name = profile.Name,
            Municipality = profile.Municipality,
            Postcode4 = profile.Postcode4,
            Latitude = profile.Latitude,
            Longitude = profile.Longitude,
            Openness = Words<Plek.V1.Openness, Own.Openness>.ToWire(openness.At(view.EvaluatedAt)),
            OpennessReason = openness.Reason is { } reason ? Words<Plek.V1.OpennessReason, Own.OpennessReason>.ToWire(reason) : default,
            ExpectedReopening = openness.ExpectedReopening.ToWire(),
            DeliveryNow = Words<Plek.V1.DeliveryNow, Own.DeliveryNow>.ToWire(profile.DeliveryNow),
            Crucial = entry.State.Crucial,
            Units = { entry.Units.Select(unit => UnitProfile(unit, view.EvaluatedAt)) },
        };
    }

    public static Plek.V1.UnitCapacity Unit(UnitEntry entry, bool exactly)
    {
        var numbers = entry.Capacity;
        var shown = new Plek.V1.UnitCapacity
        {
            FacilityId = entry.FacilityId,
            UnitId = entry.UnitId,
            ProviderId = entry.Facility.ProviderId,
            Municipality = entry.Facility.Municipality,
            Kind = Words<Plek.V1.UnitKind, Own.UnitKind>.ToWire(entry.Unit.Profile.Kind),
            CapacityKind = Words<Plek.V1.CapacityKind, Own.CapacityKind>.ToWire(numbers.Kind),
            Cohort = Words<Plek.V1.Cohort, Own.Cohort>.ToWire(numbers.Cohort),
            Openness = Words<Plek.V1.Openness, Own.Openness>.ToWire(numbers.Openness),
            CrisisUse = Words<Plek.V1.CrisisUse, Own.CrisisUse>.ToWire(numbers.CrisisUse),
            Beds = Age(entry.Unit.Beds?.AsOf, numbers.Freshnesses.Beds, entry.Unit.Beds?.Basis ?? Own.Basis.Unknown),
            Staffing = Staffing(entry.Unit, numbers),
            OpennessAge = Age(entry.Openness.AsOf, numbers.Freshnesses.Openness, entry.Openness.AsOf is null ? Own.Basis.Unknown : Own.Basis.Reported),
            Freshness = Words<Plek.V1.Freshness, Own.Freshness>.ToWire(numbers.Freshness),
            Disputed = numbers.Disputed,
        };
        // When an entry last changed, or will by itself, tells of each child that comes or goes: it stands beside exact numbers only.
        if (exactly)
        {
            (shown.Exact, shown.Position, shown.EvaluatedAt, shown.ValidUntil) = (Exactly(numbers), entry.Position, entry.EvaluatedAt.ToWire(), entry.ValidUntil.ToWire());
            (shown.CohortReviewAskedAt, shown.CrisisUseAskedAt) = (entry.Unit.CohortReviewAskedAt.ToWire(), entry.Unit.CrisisUseAskedAt.ToWire());
        }
        else shown.Bands = new()
        {
            Available = Reveal.BandOf(numbers.Available),
            CrisisAvailable = Reveal.BandOf(numbers.CrisisAvailable),
            CrisisAfterConsultation = Reveal.BandOf(numbers.AfterConsultationAvailable),
        };
        return shown;
    }

    public static Totals Totals(OverviewRow row)
    {
        var totals = row.Totals;
        return new()
        {
            Municipality = row.Municipality ?? "",
            UnitKind = row.UnitKind is { } kind ? Words<Plek.V1.UnitKind, Own.UnitKind>.ToWire(kind) : default,
            CapacityKind = Words<Plek.V1.CapacityKind, Own.CapacityKind>.ToWire(totals.Kind),
            Cohort = Words<Plek.V1.Cohort, Own.Cohort>.ToWire(totals.Cohort),
            Licensed = totals.Licensed,
            Blocked = totals.Blocked,
            Operable = totals.Operable,
            Occupied = totals.Occupied,
            Held = totals.Held,
            Slack = totals.Slack,
            Available = totals.Available,
            Shortfall = totals.Shortfall,
            CrisisAvailable = totals.CrisisAvailable,
            CrisisAfterConsultation = totals.AfterConsultationAvailable,
            UnitsExpected = totals.UnitsExpected,
            UnitsReporting = totals.UnitsReporting,
            UnitsStale = totals.StaleUnits,
            UnitsUnknown = totals.UnknownUnits,
            UnitsDisputed = totals.DisputedUnits,
            OldestReport = totals.OldestReport.ToWire(),
        };
    }

    public static Block Block(string id, Own.Block block) => new()
    {
        BlockId = id,
        UnitId = block.UnitId,
        Beds = block.Beds,
        Reason = Words<Plek.V1.BlockReason, Own.BlockReason>.ToWire(block.Reason),
        From = block.From.ToWire(),
        Until = block.Until.ToWire(),
        ReviewAt = block.ReviewAt.ToWire(),
    };

    public static Hold Hold(Own.Hold hold) => new()
    {
        UnitId = hold.UnitId,
        RequestId = hold.RequestId,
        Attempt = hold.Attempt,
        Beds = hold.Beds,
        SingleRoom = hold.SingleRoom,
        State = Words<Plek.V1.HoldState, Own.HoldState>.ToWire(hold.State),
        Until = hold.Until.ToWire(),
    };

    public static Occupancy Occupancy(string id, Own.Occupancy stay) => new()
    {
        OccupancyId = id,
        UnitId = stay.UnitId,
        RequestId = stay.RequestId ?? "",
        Since = stay.Since.ToWire(),
        PlannedEnd = stay.PlannedEnd.ToWire(),
        OnLeave = stay.OnLeave,
        SingleRoom = stay.SingleRoom,
    };

    private static Unit UnitProfile(UnitEntry entry, DateTimeOffset instant)
    {
        var profile = entry.Unit.Profile;
        return new()
        {
            UnitId = entry.UnitId,
            Name = profile.Name,
            Kind = Words<Plek.V1.UnitKind, Own.UnitKind>.ToWire(profile.Kind),
            CapacityKind = Words<Plek.V1.CapacityKind, Own.CapacityKind>.ToWire(profile.CapacityKind),
            Licensed = entry.Unit.Licensed,
            SingleRooms = profile.SingleRooms,
            AgeMin = profile.AgeMin,
            AgeMax = profile.AgeMax,
            GenderPolicy = Words<Plek.V1.GenderPolicy, Own.GenderPolicy>.ToWire(profile.GenderPolicy),
            Security = Words<Plek.V1.Security, Own.Security>.ToWire(profile.Security),
            Specialisms = { profile.Specialisms.Select(Words<Plek.V1.Specialism, Own.Specialism>.ToWire) },
            SiblingsPossible = profile.SiblingsPossible,
            Wheelchair = profile.Wheelchair,
            Staffing = Words<Plek.V1.StaffingKind, Own.StaffingKind>.ToWire(profile.Staffing),
            MaxStayDays = profile.MaxStayDays ?? 0,
            ProductCode = profile.ProductCode ?? "",
            CrisisUse = Words<Plek.V1.CrisisUse, Own.CrisisUse>.ToWire(entry.Unit.CrisisUse?.ValueAt(instant) ?? Own.CrisisUse.AfterConsultation),
            CrisisUseUntil = (entry.Unit.CrisisUse?.Until).ToWire(),
        };
    }

    private static Exact Exactly(Grains.Capacity.UnitCapacity numbers)
    {
        var shown = new Exact
        {
            Licensed = numbers.Licensed,
            Blocked = numbers.Blocked,
            Operable = numbers.Operable,
            Occupied = numbers.Occupied,
            Held = numbers.Held,
            Slack = numbers.Slack,
            Available = numbers.Available,
            Shortfall = numbers.Shortfall,
            CrisisAvailable = numbers.CrisisAvailable,
            CrisisAfterConsultation = numbers.AfterConsultationAvailable,
            Claimed = numbers.Claimed,
        };
        if (numbers.Staffed is { } staffed) shown.Staffed = staffed;
        if (numbers.ShortShift is { } shift) shown.ShortShift = Shift(shift);
        return shown;
    }

    private static FactAge Age(DateTimeOffset? asOf, Own.Freshness freshness, Own.Basis basis) => new()
    {
        AsOf = asOf.ToWire(),
        Freshness = Words<Plek.V1.Freshness, Own.Freshness>.ToWire(freshness),
        Basis = Words<Plek.V1.Basis, Own.Basis>.ToWire(basis),
    };

    private static FactAge? Staffing(Own.UnitState unit, Grains.Capacity.UnitCapacity numbers) => unit.Profile.Staffing switch
    {
        Own.StaffingKind.DeclaredOperable => Age(unit.DeclaredOperable?.AsOf, numbers.Freshnesses.Staffing, numbers.StaffingBasis),
        Own.StaffingKind.ShiftRatio => Age(unit.Staff.AsOf, numbers.Freshnesses.Staffing, numbers.StaffingBasis),
        _ => null,
    };
}
