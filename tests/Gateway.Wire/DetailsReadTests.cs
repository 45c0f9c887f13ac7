using Gateway.Access;
using Plek.V1;
using Xunit;
using static Gateway.Wire.Requests;

namespace Gateway.Wire;

/// <summary>Reads of a request's details are recorded without burying the request in its readers, and its history comes in parts.</summary>
public sealed class DetailsReadTests(PlekHost host) : IClassFixture<PlekHost>
{
    private readonly PlekCaller _desk = host.As(Role.CrisisDesk);
    private readonly PlekCaller _referrer = host.As(Role.Referrer);

    [Fact]
    public async Task Reads_of_one_reader_within_a_minute_are_one_record()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        var began = DateTimeOffset.UtcNow;
        for (var i = 0; i < 40; i++) await _referrer.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
        var shown = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });

        var windows = (DateTimeOffset.UtcNow.UtcTicks / ReadLog.Window.Ticks) - (began.UtcTicks / ReadLog.Window.Ticks) + 1;
        var reads = shown.History.Where(entry => entry.Event == "DetailsRead").Select(entry => entry.Role).ToList();
        Assert.InRange(reads.Count(role => role == "Referrer"), 1, windows);
        Assert.Equal("CrisisDesk", reads[^1]);
    }

    [Fact]
    public async Task A_history_comes_in_parts_the_newest_first_and_whole()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        var whole = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id });
        Assert.Equal("", whole.NextPageToken);
        Assert.Equal(["Submitted", "TriageStarted", "Triaged", "CareDatesSet", "Offered", "DetailsRead"], whole.History.Select(entry => entry.Event));

        var (parts, token) = (new List<HistoryEntry>(), "");
        do
        {
            var part = await _desk.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id, PageSize = 2, PageToken = token });
            Assert.InRange(part.History.Count, 1, 2);
            Assert.Equal(whole.Request.SubmittedAt, part.Request.SubmittedAt);
            if (token.Length == 0) Assert.Equal(part.History[^1].Position, part.Request.Position);
            parts.InsertRange(0, part.History);
            token = part.NextPageToken;
        }
        while (token.Length > 0);
        Assert.Equal(whole.History, parts.Where(entry => entry.Position <= whole.History[^1].Position));
        Assert.Equal(parts.Select(entry => entry.Position).Distinct().Order(), parts.Select(entry => entry.Position));
    }

    [Theory, InlineData("page_size", -1, ""), InlineData("page_size", 1_001, ""), InlineData("page_token", 0, "0"), InlineData("page_token", 0, "abc")]
    public async Task Names_the_field_of_a_wrong_part(string field, int size, string token)
    {
        var id = (await _referrer.CallAsync<SubmitResponse>(Submit())).RequestId;
        var failure = await _desk.FailAsync(new GetRequestRequest { RequestId = id, PageSize = size, PageToken = token });
        Assert.Equal([field], failure.Fields);
    }

    [Fact]
    public async Task A_part_for_a_provider_holds_its_own_attempt_alone()
    {
        var id = (await SearchingAsync(_referrer, _desk)).RequestId;
        await _desk.CallAsync<OfferResponse>(Offer(id));
        var intake = host.As(Role.ProviderIntake, "merwetij");
        var part = await intake.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id, PageSize = 1 });
        Assert.Equal(["Offered"], part.History.Select(entry => entry.Event));
        Assert.Empty((await intake.CallAsync<GetRequestResponse>(new GetRequestRequest { RequestId = id, PageSize = 1, PageToken = part.NextPageToken })).History);
    }
}
