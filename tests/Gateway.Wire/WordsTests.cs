using Gateway.Services;
using Grains.Facilities;
using Grains.Finding;
using Grains.Kernel;
using Grains.Placements;
using Grains.Providers;
using Xunit;
using Wired = Plek.V1;

namespace Gateway.Wire;

/// <summary>One word means one thing: each value of the domain has its name on the wire, and the other way round.</summary>
public sealed class WordsTests
{
    [Fact]
    public void Every_word_goes_over_the_wire_and_back()
    {
        Same<Wired.ProviderKind, ProviderKind>();
        Same<Wired.Segment, Segment>();
        Same<Wired.ProviderStatus, ProviderStatus>();
        Same<Wired.Openness, Openness>();
        Same<Wired.OpennessReason, OpennessReason>();
        Same<Wired.DeliveryNow, DeliveryNow>();
        Same<Wired.UnitKind, UnitKind>();
        Same<Wired.CapacityKind, CapacityKind>();
        Same<Wired.GenderPolicy, GenderPolicy>();
        Same<Wired.Security, Security>();
        Same<Wired.Specialism, Specialism>();
        Same<Wired.CrisisUse, CrisisUse>();
        Same<Wired.Cohort, Cohort>();
        Same<Wired.BlockReason, BlockReason>();
        Same<Wired.StaffingKind, StaffingKind>();
        Same<Wired.Freshness, Freshness>();
        Same<Wired.Basis, Basis>();
        Same<Wired.RefusalCode, RefusalCode>();
        Same<Wired.HoldState, HoldState>();
        Same<Wired.RegionMode, RegionMode>();
        Same<Wired.Channel, Channel>();
        Same<Wired.PlacementPhase, PlacementPhase>();
        Same<Wired.Urgency, Urgency>();
        Same<Wired.CrisisGrade, CrisisGrade>();
        Same<Wired.ReferrerKind, ReferrerKind>();
        Same<Wired.LegalBasis, LegalBasis>();
        Same<Wired.LegalBasisStatus, LegalBasisStatus>();
        Same<Wired.GenderNeed, GenderNeed>();
        Same<Wired.InfectionStatus, InfectionStatus>();
        Same<Wired.SafetyScore, SafetyScore>();
        Same<Wired.AttemptEnd, AttemptEnd>();
        Same<Wired.EnquiryEnd, EnquiryEnd>();
        Same<Wired.RefusalAsks, RefusalAsks>();
        Same<Wired.StayOutcome, StayOutcome>();
        Same<Wired.RejectReason, RejectReason>();
        Same<Wired.CancelReason, CancelReason>();
        Same<Wired.Transport, Transport>();
        Same<Wired.Alternative, Alternative>();
        Same<Wired.PlaceGroup, PlaceGroup>();
        Same<Wired.ExclusionReason, Exclusion>();
        Same<Wired.GroupBy, Views.GroupBy>();
    }

    private static void Same<TWire, TOwn>() where TWire : struct, Enum where TOwn : struct, Enum
    {
        foreach (var own in Enum.GetValues<TOwn>().Where(own => $"{own}" != "None")) Assert.Equal(own, Words<TWire, TOwn>.ToOwn(Words<TWire, TOwn>.ToWire(own)));
        foreach (var wire in Enum.GetValues<TWire>().Skip(1)) Assert.NotNull(Words<TWire, TOwn>.ToOwn(wire));
        Assert.Null(Words<TWire, TOwn>.ToOwn(default));
    }
}
