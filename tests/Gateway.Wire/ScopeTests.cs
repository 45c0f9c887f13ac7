using Gateway.Access;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>What is not the caller's stays closed, whether or not it exists; numbers are shown as each role may see them.</summary>
public sealed class ScopeTests(PlekHost host) : IClassFixture<PlekHost>
{
    public static TheoryData<string, Role> Scoped
    {
        get
        {
            var scoped = new TheoryData<string, Role>();
            foreach (var method in PlekCaller.Methods)
                foreach (var grant in Rules.Of(method).Grants.Where(grant => grant.Scope is Scope.OwnProvider or Scope.OwnFacility or Scope.OwnRequest or Scope.WaitingCase))
                    foreach (var role in grant.Roles) scoped.Add(method.Name, role);
            return scoped;
        }
    }

    [Theory, MemberData(nameof(Scoped))]
    public async Task A_foreign_or_unknown_thing_is_out_of_scope(string name, Role role)
    {
        var method = PlekCaller.Methods.Single(method => method.Name == name);
        var id = (await SearchingAsync(host.As(Role.Referrer), host.As(Role.CrisisDesk))).RequestId;
        var stranger = host.As(role, provider: "another", name: "a stranger", "another-facility");
        foreach (var (provider, facility, request) in new[] { ("merwetij", "de-kade", id), ("unknown", "unknown", "unknown") })
            Assert.Equal((7, "OUT_OF_SCOPE"), await stranger.GrpcAsync(method, About(method, provider, facility, request)));
    }

    [Fact]
    public async Task A_provider_without_a_provider_owns_nothing() =>
        Assert.Equal("OUT_OF_SCOPE", (await host.As(Role.ProviderReporter).FailAsync(Report(7))).Reason);

    [Fact]
    public async Task An_integration_reports_for_its_facilities_alone()
    {
        var bound = host.As(Role.Integration, facilities: "de-kade");
        await bound.CallAsync<ReportAnswer>(Report(7));
        Assert.Equal("OUT_OF_SCOPE", (await bound.FailAsync(Report(7, "de-werf", "de-werf-noord"))).Reason);
    }

    [Theory]
    [InlineData(Role.CrisisDesk, null, true), InlineData(Role.DeskLead, null, true), InlineData(Role.ProviderReporter, "merwetij", true)]
    [InlineData(Role.ProviderReporter, "another", false), InlineData(Role.Referrer, null, false), InlineData(Role.ExpertTeam, null, false)]
    public async Task Numbers_are_exact_or_in_bands(Role role, string? provider, bool exactly)
    {
        var shown = await host.As(role, provider).CallAsync<GetCapacityResponse>(new GetCapacityRequest { FacilityId = "de-kade" });
        Assert.All(shown.Capacity, unit => Assert.Equal(exactly ? UnitCapacity.ShownOneofCase.Exact : UnitCapacity.ShownOneofCase.Bands, unit.ShownCase));
        Assert.Equal(exactly, shown.Occupancies.Count > 0);
    }

    [Theory, InlineData(0, Band.None), InlineData(1, Band.OneOrTwo), InlineData(2, Band.OneOrTwo), InlineData(3, Band.ThreeOrMore), InlineData(-2, Band.None)]
    public void A_band_says_no_more_than_it_may(int places, Band band) => Assert.Equal(band, Reveal.BandOf(places));

    [Fact]
    public async Task A_monitor_sees_totals_without_few_children_and_no_facility()
    {
        var monitor = host.As(Role.RegionMonitor);
        var shown = await monitor.CallAsync<GetOverviewResponse>(new GetOverviewRequest { GroupBy = GroupBy.Municipality });
        Assert.All(shown.Totals, row => Assert.True(row.FewChildren || !row.HasOccupied || row.Occupied + row.Held is 0 or >= 5));
        foreach (var group in shown.Totals.GroupBy(row => (row.CapacityKind, row.Cohort)).Where(group => group.Count(r => r.FewChildren || r.Occupied > 0) > 1))
            Assert.NotEqual(1, group.Count(row => row.FewChildren));
        Assert.Equal("ROLE_NOT_ALLOWED", (await monitor.FailAsync(new GetCapacityRequest { FacilityId = "de-kade" })).Reason);
        Assert.Equal("FIELD_NOT_ALLOWED", (await monitor.FailAsync(new GetOverviewRequest { Filter = new() { FacilityIds = { "de-kade" } } })).Reason);

        var desk = await host.As(Role.CrisisDesk).CallAsync<GetOverviewResponse>(new GetOverviewRequest { GroupBy = GroupBy.Municipality });
        Assert.DoesNotContain(desk.Totals, row => row.FewChildren);
    }

    private static IMessage About(MethodDescriptor method, string provider, string facility, string request)
    {
        var message = method.InputType.Parser.ParseFrom(ByteString.Empty);
        foreach (var (name, value) in new[] { ("provider_id", (object)provider), ("facility_id", facility), ("request_id", request) })
            message.Descriptor.FindFieldByName(name)?.Accessor.SetValue(message, value);
        if (message.Descriptor.FindFieldByName("attempt") is { } attempt) attempt.Accessor.SetValue(message, 1);
        return message;
    }
}
