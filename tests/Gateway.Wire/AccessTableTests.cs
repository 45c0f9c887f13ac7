using Gateway.Access;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Plek.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>Domain 11, written out once more: who may call what. Proto and server must both say the same.</summary>
public sealed class AccessTableTests(PlekHost host) : IClassFixture<PlekHost>
{
    private const string Desk = "CrisisDesk:Any DeskLead:Any";
    private const string DeskOnBehalf = "CrisisDesk:Any:OnBehalf DeskLead:Any:OnBehalf";
    private const string DeskAndExperts = "CrisisDesk:Any DeskLead:Any ExpertTeam:WaitingCase ProcessDirector:WaitingCase";
    private const string Bands =
        "ProviderReporter:Revealed ProviderIntake:Revealed StaffPlanner:Revealed Integration:Revealed Referrer:Revealed ExpertTeam:Revealed ProcessDirector:Revealed";
    private const string Everybody =
        "ProviderReporter:Any ProviderIntake:Any StaffPlanner:Any CrisisDesk:Any DeskLead:Any Referrer:Any ExpertTeam:Any ProcessDirector:Any " +
        "RegionMonitor:Any Board:Any RegionAdmin:Any Integration:Any Auditor:Any";

    private static readonly Dictionary<string, string> Expected = new()
    {
        ["ReportBeds"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["ConfirmUnchanged"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["DeclareOperable"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["ReportAbsence"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["EndAbsence"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["SetRoster"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["SetStandardRoster"] = $"ProviderReporter:OwnProvider Integration:OwnFacility {DeskOnBehalf}",
        ["PreviewAbsence"] = $"ProviderReporter:OwnProvider {Desk}",
        ["GetStaffing"] = $"{Desk} ProviderReporter:OwnProvider ProviderIntake:OwnProvider StaffPlanner:OwnProvider Integration:OwnFacility",
        ["SetOpenness"] = $"ProviderReporter:OwnProvider {DeskOnBehalf}",
        ["SetCrisisUse"] = "ProviderIntake:OwnProvider",
        ["SetBlock"] = "ProviderReporter:OwnProvider",
        ["EndBlock"] = "ProviderReporter:OwnProvider",
        ["SetCrucial"] = "DeskLead:Any",
        ["EndOccupancy"] = $"ProviderIntake:OwnProvider {DeskOnBehalf}",
        ["GetProvider"] = $"{Desk} RegionAdmin:Any ProviderReporter:OwnProvider ProviderIntake:OwnProvider StaffPlanner:OwnProvider",
        ["GetFigures"] = $"{Desk} ProviderReporter:OwnProvider ProviderIntake:OwnProvider StaffPlanner:OwnProvider",
        ["ListProviders"] =
            $"{Desk} RegionAdmin:Any ProviderReporter:Any ProviderIntake:Any StaffPlanner:Any Referrer:Any ExpertTeam:Any ProcessDirector:Any RegionMonitor:Any Board:Any",
        ["GetCapacity"] = $"{Desk} {Bands}",
        ["ListFacilities"] =
            $"{Desk} RegionAdmin:Any ProviderReporter:Any ProviderIntake:Any StaffPlanner:Any Integration:Any Referrer:Any ExpertTeam:Any ProcessDirector:Any",
        ["GetOverview"] = $"{Desk} RegionMonitor:Revealed Board:Revealed ExpertTeam:Revealed ProcessDirector:Revealed",
        ["WatchCapacity"] = $"{Desk} {Bands}",
        ["Submit"] = $"{Desk} Referrer:Any",
        ["StartTriage"] = Desk,
        ["Triage"] = Desk,
        ["ChangeDistance"] = Desk,
        ["RejectAsNoCrisis"] = Desk,
        ["Offer"] = Desk,
        ["Enquire"] = Desk,
        ["AnswerEnquiry"] = $"ProviderIntake:OwnProvider {DeskOnBehalf}",
        ["ExtendHold"] = Desk,
        ["KeepHold"] = Desk,
        ["Consent"] = $"ProviderIntake:OwnProvider {DeskOnBehalf}",
        ["Refuse"] = $"ProviderIntake:OwnProvider {DeskOnBehalf}",
        ["WithdrawOffer"] = Desk,
        ["Depart"] = $"{Desk} ProviderIntake:OwnProvider",
        ["Admit"] = $"ProviderIntake:OwnProvider {DeskOnBehalf}",
        ["ArrivalFailed"] = $"{Desk} ProviderIntake:OwnProvider",
        ["Extend"] = $"{Desk} ProviderIntake:OwnProvider",
        ["RequestTransfer"] = $"{Desk} ProviderIntake:OwnProvider Referrer:OwnRequest",
        ["EndStay"] = $"{Desk} ProviderIntake:OwnProvider",
        ["Cancel"] = $"{Desk} Referrer:OwnRequest",
        ["FindPlaces"] = Desk,
        ["ListRequests"] = $"{Desk} ProviderIntake:Revealed Referrer:Revealed",
        ["GetRequest"] = $"{DeskAndExperts} ProviderIntake:OwnProvider Referrer:OwnRequest",
        ["ParkWaiting"] = Desk,
        ["Resume"] = Desk,
        ["SetBridging"] = DeskAndExperts,
        ["ReassessSafety"] = DeskAndExperts,
        ["Escalate"] = DeskAndExperts,
        ["Handover"] = DeskAndExperts,
        ["SetProcessDirector"] = DeskAndExperts,
        ["SetVisitsAndTransport"] = DeskAndExperts,
        ["LinkChildren"] = Desk,
        ["ListWaiting"] = $"{Desk} ExpertTeam:Revealed ProcessDirector:Revealed",
        ["WatchRequests"] = $"{Desk} ProviderIntake:Revealed Referrer:Revealed",
        ["ListAlarms"] = $"{Desk} {Owners("Revealed")}",
        ["WatchAlarms"] = $"{Desk} {Owners("Revealed")}",
        ["AcknowledgeAlarm"] = $"{Desk} {Owners("OwnAlarm")}",
        ["GetPushKey"] = $"{Desk} {Owners("Any")}",
        ["SubscribePush"] = $"{Desk} {Owners("Any")}",
        ["UnsubscribePush"] = $"{Desk} {Owners("Any")}",
        ["ListDeadLetters"] = "RegionAdmin:Any",
        ["RetryDeadLetter"] = "RegionAdmin:Any",
        ["ImportRegion"] = "RegionAdmin:Any",
        ["GetRegion"] = Everybody,
        ["SetPolicy"] = "RegionAdmin:Any",
        ["GetPolicy"] = Everybody,
        ["SetMode"] = "DeskLead:Any",
    };

    private static string Owners(string scope) =>
        string.Join(' ', new[] { "ProviderReporter", "ProviderIntake", "StaffPlanner", "ExpertTeam", "ProcessDirector" }.Select(role => $"{role}:{scope}"));

    public static TheoryData<string> MethodNames => [.. PlekCaller.Methods.Select(method => method.Name)];

    [Fact] public void Every_method_is_in_the_table_once() => Assert.Equal(Expected.Keys.Order(), PlekCaller.Methods.Select(method => method.Name).Order());

    [Theory, MemberData(nameof(MethodNames))]
    public void The_proto_grants_what_the_table_says(string name)
    {
        var granted = Rules.Of(Method(name)).Grants.SelectMany(grant => grant.Roles.Select(role => $"{role}:{grant.Scope}{(grant.OnBehalf ? ":OnBehalf" : "")}"));
        Assert.Equal(Expected[name].Split(' ').Order(), granted.Order());
    }

    [Fact]
    public void Only_reads_of_details_are_logged() =>
        Assert.Equal(["FindPlaces", "GetRequest"], PlekCaller.Methods.Where(m => Rules.Of(m).Reads != Details.Unspecified).Select(m => m.Name).Order());

    [Theory, MemberData(nameof(MethodNames))]
    public async Task The_server_lets_in_exactly_those_roles(string name)
    {
        var method = Method(name);
        foreach (var role in Enum.GetValues<Role>().Where(role => role != Role.Unspecified))
        {
            var (status, reason) = await host.As(role, provider: "merwetij").GrpcAsync(method, Empty(method));
            var expected = Expected[name].Split(' ').Any(grant => grant.StartsWith($"{role}:", StringComparison.Ordinal));
            Assert.True(expected == (reason != "ROLE_NOT_ALLOWED"), $"{role} calling {name} got {status} {reason}");
            Assert.NotEqual(13, status); // Whatever an empty request is worth, it is no bug.
        }
    }

    [Theory, MemberData(nameof(MethodNames))]
    public async Task Nobody_calls_without_a_token_or_a_role(string name)
    {
        var method = Method(name);
        Assert.Equal((16, "TOKEN_INVALID"), await new PlekCaller(host, "garbage").GrpcAsync(method, Empty(method)));
        Assert.Equal((7, "ROLE_NOT_ALLOWED"), await host.As([]).GrpcAsync(method, Empty(method)));
    }

    private static MethodDescriptor Method(string name) => PlekCaller.Methods.Single(method => method.Name == name);

    private static IMessage Empty(MethodDescriptor method) => method.InputType.Parser.ParseFrom(ByteString.Empty);
}
