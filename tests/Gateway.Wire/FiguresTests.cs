using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>How a provider answers, over the wire: to itself and the desk, at once, and to nobody else.</summary>
public sealed class FiguresTests : IAsyncLifetime
{
    private readonly PlekHost _host = new();
    private PlekCaller _desk = null!;
    private PlekCaller _kade = null!;

    public async Task InitializeAsync()
    {
        await _host.InitializeAsync();
        (_desk, _kade) = (_host.As(Role.CrisisDesk), _host.As(Role.ProviderIntake, "merwetij"));
    }

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_provider_sees_its_own_answers_and_what_they_did_to_its_accuracy()
    {
        var before = await GetAsync(_kade);
        Assert.Equal((0, false, false, 100), (before.Total.Asked, before.Total.HasMedianMinutes, before.Total.HasAcceptPercent, Jong(before).AccuracyPercent));

        await AnswerAsync(id => new ConsentRequest { CommandId = Fresh(), RequestId = id, Attempt = 1 });
        await AnswerAsync(id => Refusal(id, RefusalCode.ParentsRefuse));
        await AnswerAsync(id => Refusal(id, RefusalCode.GroupSafety));
        var position = await AnswerAsync(id => Refusal(id, RefusalCode.NoBedInReality));

        var after = await GetAsync(_host.As(Role.ProviderReporter, "merwetij"), position);
        Assert.Equal((4, 1, 3, 0), (after.Total.Asked, after.Total.Consented, after.Total.Refused, after.Total.Open));
        Assert.Equal([(RefusalCode.NoBedInReality, 1), (RefusalCode.GroupSafety, 1), (RefusalCode.ParentsRefuse, 1)], after.Total.Refusals.Select(refused => (refused.Code, refused.Count)));
        Assert.Equal((33, 1, 1), (after.Total.AcceptPercent, after.Total.MedianMinutes, after.Total.NinetiethMinutes));
        Assert.Equal((2, 50, 4), (Jong(after).AccuracyAttempts, Jong(after).AccuracyPercent, Jong(after).Figures.Asked));
        Assert.Equal(TimeSpan.FromDays(90), after.EvaluatedAt.ToDateTimeOffset() - after.From.ToDateTimeOffset());
        Assert.Equal(after.Units.OrderBy(unit => $"{unit.FacilityId}/{unit.UnitId}", StringComparer.Ordinal), after.Units);
        Assert.Equal(after.Total, (await GetAsync(_desk, position)).Total);
    }

    [Fact]
    public async Task Is_for_the_provider_itself_and_the_desk()
    {
        Assert.Equal("OUT_OF_SCOPE", (await _host.As(Role.ProviderIntake, "drechtbaken").FailAsync(Get())).Reason);
        Assert.Equal("ROLE_NOT_ALLOWED", (await _host.As(Role.Referrer).FailAsync(Get())).Reason);
        Assert.Equal("UNKNOWN_PROVIDER", (await _desk.FailAsync(new GetFiguresRequest { ProviderId = "nobody" })).Reason);
        Assert.Equal(["provider_id"], (await _desk.FailAsync(new GetFiguresRequest())).Fields);
    }

    private async Task<long> AnswerAsync(Func<string, Google.Protobuf.IMessage> answer)
    {
        var id = (await SearchingAsync(_desk, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        return (await _kade.CallAsync<PhaseAnswer>(answer(id))).Position;
    }

    private static RefuseRequest Refusal(string id, RefusalCode code) => new() { CommandId = Fresh(), RequestId = id, Attempt = 1, Code = code };

    private static GetFiguresRequest Get(long position = 0) => new() { ProviderId = "merwetij", AtLeastPosition = position };

    private static Task<GetFiguresResponse> GetAsync(PlekCaller caller, long position = 0) => caller.CallAsync<GetFiguresResponse>(Get(position));

    private static UnitFigures Jong(GetFiguresResponse figures) => figures.Units.Single(unit => unit.UnitId == "de-kade-jong");
}
