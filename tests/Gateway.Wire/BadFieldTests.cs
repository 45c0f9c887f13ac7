using Google.Protobuf;
using Gateway.Rpc;
using Grains.Kernel;
using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>What is wrong in a request is named by its field, and nothing is written; every refusal has its code.</summary>
public sealed class BadFieldTests(PlekHost host) : IClassFixture<PlekHost>
{
    private readonly PlekCaller _desk = host.As(Role.CrisisDesk);
    private readonly PlekCaller _reporter = host.As(Role.ProviderReporter, "merwetij");

    public static TheoryData<string, Action<SubmitRequest>> WrongSubmissions => new()
    {
        { "command_id", r => r.CommandId = "" },
        { "command_id", r => r.CommandId = "with a space" },
        { "command_id", r => r.CommandId = new('x', 65) },
        { "command_id", r => r.CommandId = "jan@example.nl" },
        { "command_id", r => r.CommandId = "report/1" },
        { "command_id", r => r.CommandId = "bsn:123456782" },
        { "children", r => r.Children.Clear() },
        { "children", r => r.Children.Add(Enumerable.Range(0, 4).Select(i => new Child { ChildToken = $"t{i}", AgeYears = 3 })) },
        { "children", r => r.Children.Add(r.Children[0].Clone()) },
        { "children[0].age_years", r => r.Children[0].ClearAgeYears() },
        { "children[0].age_years", r => r.Children[0].AgeYears = 23 },
        { "children[0].gender_need", r => r.Children[0].GenderNeed = (GenderNeed)99 },
        { "children[0].infection_as_of", r => r.Children[0].InfectionAsOf = In(TimeSpan.FromHours(1)) },
        { "home_postcode4", r => r.HomePostcode4 = 331 },
        { "max_distance_km", r => r.MaxDistanceKm = 301 },
        { "tenable_until", r => r.TenableUntil = In(TimeSpan.FromDays(800)) },
        { "legal_basis", r => r.LegalBasis = null },
        { "legal_basis.kind", r => r.LegalBasis.Kind = default },
        { "referral", r => r.Referral = null },
        { "referral.organisation", r => r.Referral.Organisation = "" },
        { "referral.organisation", r => r.Referral.Organisation = "bel jan@example.nl" },
        { "referral.contact.name", r => r.Referral.Contact.Name = "" },
        { "referral.contact.phone", r => r.Referral.Contact.Phone = "Jan, de buurman" },
        { "referral.contact.phone", r => r.Referral.Contact.Phone = "12" },
        { "referral.contact.phone", r => r.Referral.Contact.Phone = new('1', 21) },
        { "referral.case_lead.phone", r => r.Referral.CaseLead.Phone = "06-1234567８" },
        { "referral.responsible", r => r.Referral.Responsible = "Dordrecht" },
        { "waiting_since", r => r.WaitingSince = In(TimeSpan.FromHours(1)) },
        { "excluded_units", r => r.ExcludedUnits.Add("Not An Id") },
        { "excluded_units", r => r.ExcludedUnits.Add("123456782") },
        { "excluded_units", r => r.ExcludedUnits.Add("bsn-123456782") },
        { "children[0].child_token", r => r.Children[0].ChildToken = "123456782" },
        { "children[0].child_token", r => r.Children[0].ChildToken = "jan@example.nl" },
        { "children[0].child_token", r => r.Children[0].ChildToken = "jan＠example.nl" },
        { "children[0].child_token", r => r.Children[0].ChildToken = "１２３４５６７８２" },
        { "keep_apart_from", r => r.KeepApartFrom.Add("1234.56.782") },
        { "occurred_at", r => r.OccurredAt = new() { Seconds = 1 } },
    };

    [Theory, MemberData(nameof(WrongSubmissions))]
    public async Task Names_the_field_of_a_wrong_submission(string field, Action<SubmitRequest> spoil)
    {
        var request = Submit();
        spoil(request);
        var before = await host.Store.LastPositionAsync(default);
        var failure = await _desk.FailAsync(request);
        Assert.Equal(("invalid_argument", "INVALID_FIELD"), (failure.Code, failure.Reason));
        Assert.Equal([field], failure.Fields);
        Assert.Equal(before, await host.Store.LastPositionAsync(default));
    }

    [Fact]
    public async Task A_referrer_must_know_the_childs_token()
    {
        var request = Submit("");
        Assert.Equal(["children[0].child_token"], (await host.As(Role.Referrer).FailAsync(request)).Fields);
        await _desk.CallAsync<SubmitResponse>(request);
    }

    [Theory, InlineData("BSN 111222333", true), InlineData("bel 06-12345678", true), InlineData("mail ann@example.nl", true), InlineData("tot 12 april", false)]
    public async Task Refuses_what_looks_personal_in_a_text(string text, bool refused)
    {
        var request = new SetOpennessRequest
        {
            CommandId = Fresh(),
            FacilityId = "de-kade",
            Openness = Openness.Limited,
            Reason = OpennessReason.Other,
            Text = text,
        };
        if (!refused)
        {
            await _reporter.CallAsync<ReportAnswer>(request);
            return;
        }
        Assert.Equal(["text"], (await _reporter.FailAsync(request)).Fields);
    }

    [Fact]
    public async Task Refuses_a_number_that_cannot_be() =>
        Assert.Equal(["occupied"], (await _reporter.FailAsync(Report(-1))).Fields);

    [Fact]
    public async Task Refuses_a_report_without_its_number()
    {
        var request = Report(3);
        request.ClearOccupied();
        Assert.Equal(["occupied"], (await _reporter.FailAsync(request)).Fields);
    }

    [Fact]
    public async Task Refuses_more_children_than_a_unit_can_plausibly_hold_unless_confirmed()
    {
        var request = Report(60, unit: "de-kade-oud");
        var failure = await _reporter.FailAsync(request);
        Assert.Equal(("failed_precondition", "IMPOSSIBLE"), (failure.Code, failure.Reason));
        Assert.Contains("at_most", failure.Metadata.Keys);
        request.Confirmed = true;
        await _reporter.CallAsync<ReportAnswer>(request);
    }

    [Fact]
    public async Task Refuses_fewer_children_than_were_placed_here()
    {
        var failure = await _reporter.FailAsync(Report(0));
        Assert.Equal(("failed_precondition", "BELOW_KNOWN_PLACEMENTS"), (failure.Code, failure.Reason));
        Assert.NotEqual("0", failure.Metadata["known"]);
    }

    [Fact]
    public async Task Refuses_a_time_in_the_future_and_takes_a_clock_that_runs_ahead()
    {
        var request = new ConfirmUnchangedRequest { CommandId = Fresh(), FacilityId = "de-kade", OccurredAt = In(TimeSpan.FromMinutes(6)) };
        var failure = await _reporter.FailAsync(request);
        Assert.Equal(("failed_precondition", "OCCURRED_IN_FUTURE"), (failure.Code, failure.Reason));
        Assert.Contains("at_most", failure.Metadata.Keys);
        request.OccurredAt = In(TimeSpan.FromMinutes(4));
        await _reporter.CallAsync<ReportAnswer>(request);
    }

    [Fact]
    public async Task Tells_what_does_not_exist()
    {
        var lead = host.As(Role.DeskLead);
        await Fails(lead, new SetCrucialRequest { CommandId = Fresh(), FacilityId = "nowhere", Crucial = true }, "not_found UNKNOWN_FACILITY");
        await Fails(_reporter, Report(1, unit: "no-unit"), "not_found UNKNOWN_UNIT");
        await Fails(_reporter, new EndBlockRequest { CommandId = Fresh(), FacilityId = "de-kade", BlockId = "no-block" }, "not_found UNKNOWN_BLOCK");
        await Fails(_desk, new StartTriageRequest { CommandId = Fresh(), RequestId = "no-request" }, "not_found UNKNOWN_REQUEST");
        await Fails(_desk, new GetRequestRequest { RequestId = "no-request" }, "not_found UNKNOWN_REQUEST");
        await Fails(_desk, new FindPlacesRequest { RequestId = "no-request" }, "not_found UNKNOWN_REQUEST");
        await Fails(_desk, new GetProviderRequest { ProviderId = "nobody" }, "not_found UNKNOWN_PROVIDER");
        await Fails(_desk, new GetCapacityRequest { FacilityId = "nowhere" }, "not_found UNKNOWN_FACILITY");
        var abroad = Submit();
        abroad.Referral.Responsible = "GM0363";
        await Fails(_desk, abroad, "not_found UNKNOWN_MUNICIPALITY");
    }

    [Fact]
    public async Task Names_the_commands_that_a_phase_allows()
    {
        var id = (await _desk.CallAsync<SubmitResponse>(Submit())).RequestId;
        var failure = await _desk.FailAsync(Offer(id));
        Assert.Equal(("failed_precondition", "NOT_ALLOWED_IN_STATE", "Received"), (failure.Code, failure.Reason, failure.Metadata["state"]));
        Assert.Contains("StartTriage", failure.Metadata["allowed_commands"]);
    }

    [Fact]
    public async Task Refuses_a_policy_out_of_its_range()
    {
        var request = new SetPolicyRequest { CommandId = Fresh(), Settings = { new PolicySetting { Name = "clock_tolerance", Value = 61 } } };
        var failure = await host.As(Role.RegionAdmin).FailAsync(request);
        Assert.Equal(("POLICY_OUT_OF_RANGE", "60"), (failure.Reason, failure.Metadata["maximum"]));
    }

    [Fact]
    public async Task Names_file_line_and_column_of_a_wrong_region_file()
    {
        var files = new RegionFileDraft().Set("units.csv", 2, "licensed", "many").Bytes();
        var request = new ImportRegionRequest
        {
            CommandId = Fresh(),
            DryRun = true,
            Files = { files.Select(f => new RegionFile { Name = f.Key, Content = ByteString.CopyFrom(f.Value.Span) }) },
        };
        var failure = await host.As(Role.RegionAdmin).FailAsync(request);
        Assert.Equal("INVALID_REGION_FILE", failure.Reason);
        Assert.Contains("units.csv:2:licensed", failure.Fields);
    }

    [Theory, MemberData(nameof(Reasons))]
    public void Every_reason_has_a_code_and_a_stable_name(string reason)
    {
        var failure = new Refusal(Enum.Parse<Reason>(reason)).ToRpcException();
        Assert.Contains(failure.Code, (Code[])[Code.FailedPrecondition, Code.AlreadyExists, Code.ResourceExhausted, Code.NotFound]);
        Assert.Matches("^[A-Z]+(_[A-Z]+)*$", failure.Reason);
    }

    public static TheoryData<string> Reasons => [.. Enum.GetNames<Reason>()];

    private static async Task Fails(PlekCaller caller, IMessage request, string expected)
    {
        var failure = await caller.FailAsync(request);
        Assert.Equal(expected, $"{failure.Code} {failure.Reason}");
    }
}
