using System.Net;
using System.Security.Cryptography;
using Gateway.Access;
using Microsoft.IdentityModel.Tokens;
using Plek.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>Who is believed, on loopback by a key of our own and otherwise by an issuer.</summary>
public sealed class SignInTests(PlekHost host) : IClassFixture<PlekHost>
{
    private static readonly GetRegionRequest Read = new();

    [Fact]
    public async Task Without_a_token_nobody_reads()
    {
        var failure = await new PlekCaller(host, "").FailAsync(Read);
        Assert.Equal(("unauthenticated", "TOKEN_MISSING"), (failure.Code, failure.Reason));
    }

    [Fact]
    public async Task A_token_that_is_none_or_unsigned_is_invalid()
    {
        var unsigned = $"{Base64UrlEncoder.Encode("""{"alg":"none"}""")}.{Base64UrlEncoder.Encode("""{"sub":"a","roles":["CrisisDesk"]}""")}.";
        foreach (var token in new[] { "garbage", unsigned }) Assert.Equal("TOKEN_INVALID", (await new PlekCaller(host, token).FailAsync(Read)).Reason);
    }

    [Fact]
    public async Task An_expired_token_says_so()
    {
        var old = host.Tokens.Issue(new("Ann", null), [Role.CrisisDesk], null, [], DateTimeOffset.UtcNow.AddHours(-3), TimeSpan.FromHours(1));
        var failure = await new PlekCaller(host, old).FailAsync(Read);
        Assert.Equal(("unauthenticated", "TOKEN_EXPIRED"), (failure.Code, failure.Reason));
    }

    [Fact]
    public async Task A_token_signed_elsewhere_is_invalid()
    {
        var folder = Directory.CreateTempSubdirectory("plek-foreign-");
        var foreign = new TrialTokens(Path.Combine(folder.FullName, "key"))
            .Issue(new("Mallory", null), [Role.DeskLead], null, [], DateTimeOffset.UtcNow, TimeSpan.FromHours(1));
        folder.Delete(recursive: true);
        Assert.Equal("TOKEN_INVALID", (await new PlekCaller(host, foreign).FailAsync(Read)).Reason);
    }

    [Theory, InlineData(13), InlineData(0)]
    public void A_trial_token_lives_at_most_twelve_hours(int hours) => Assert.Throws<ArgumentOutOfRangeException>(
        () => host.Tokens.Issue(new("Ann", null), [Role.CrisisDesk], null, [], DateTimeOffset.UtcNow, TimeSpan.FromHours(hours)));

    [Theory, InlineData("host", "evil.example"), InlineData("origin", "https://evil.example"), InlineData("origin", "null")]
    public async Task A_trial_answers_pages_of_this_machine_only(string header, string value)
    {
        using var request = Call();
        if (header == "host") request.Headers.Host = value;
        else request.Headers.TryAddWithoutValidation(header, value);
        using var response = await Wire.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("FOREIGN_ORIGIN", Failure.Of(await response.Content.ReadAsByteArrayAsync()).Reason);
    }

    [Fact]
    public async Task A_trial_answers_a_page_that_it_served()
    {
        using var request = Call();
        request.Headers.TryAddWithoutValidation("origin", "http://localhost:8080");
        using var response = await Wire.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public void A_key_that_others_can_read_signs_nothing()
    {
        if (OperatingSystem.IsWindows()) return;
        var file = Path.GetTempFileName();
        File.Delete(file);
        _ = new TrialTokens(file);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        Assert.Throws<WrongOptionException>(() => new TrialTokens(file));
        File.Delete(file);
    }

    [Theory]
    [InlineData(null, "http://localhost:8080", true), InlineData(null, "http://127.0.0.1:8080", true), InlineData(null, "http://[::1]:8080", true)]
    [InlineData(null, "http://0.0.0.0:8080", false), InlineData(null, "http://*:8080", false), InlineData(null, "http://192.168.1.2:80", false)]
    [InlineData("https://id.example.nl", "http://0.0.0.0:8080", true), InlineData("http://id.example.nl", "http://0.0.0.0:8080", false)]
    public void Listens_beyond_this_machine_only_with_an_issuer(string? issuer, string address, bool starts)
    {
        var refusal = new AccessOptions { KeyFile = "key", Issuer = issuer is null ? null : new(issuer) }.Refuse(["http://localhost:1", address]);
        Assert.Equal(starts, refusal is null);
        Assert.DoesNotContain('\n', refusal ?? "");
    }

    [Fact]
    public async Task An_issuer_is_believed_for_its_own_tokens_alone()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var served = await SignInHost.StartAsync(new AccessOptions { KeyFile = "unused", Issuer = issuer.Address });
        using var foreign = RSA.Create(2048);

        var caller = await served.CallAsync(issuer.Token("ann@example.nl", roles: ["CrisisDesk", "NoSuchRole", "12"]));
        Assert.Equal(RoleSet.Of([Role.CrisisDesk]), caller.Principal!.Roles);
        Assert.Matches("^[a-z2-7]{26}$", caller.Principal.Id);
        Assert.Equal(caller.Principal.Id, (await served.CallAsync(issuer.Token("ann@example.nl", age: TimeSpan.FromMinutes(5)))).Principal!.Id);
        Assert.Equal("TOKEN_INVALID", (await served.CallAsync(issuer.Token("ann@example.nl", key: foreign))).Reason);
        Assert.Equal("TOKEN_INVALID", (await served.CallAsync(issuer.Token("ann@example.nl", audience: "another service"))).Reason);
        Assert.Equal("TOKEN_EXPIRED", (await served.CallAsync(issuer.Token("ann@example.nl", age: TimeSpan.FromHours(2)))).Reason);
        Assert.Equal("TOKEN_INVALID", (await served.CallAsync(issuer.HmacToken())).Reason);
        Assert.Equal("TOKEN_INVALID", (await served.CallAsync(host.As(Role.DeskLead).Token)).Reason);
    }

    [Theory, InlineData("ProviderReporter,CrisisDesk"), InlineData("CrisisDesk, DeskLead"), InlineData("crisisdesk"), InlineData(" CrisisDesk"), InlineData("-1"), InlineData("4")]
    public async Task What_is_no_role_letter_by_letter_opens_nothing(string name)
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var served = await SignInHost.StartAsync(new AccessOptions { KeyFile = "unused", Issuer = issuer.Address });
        Assert.Equal(default, (await served.CallAsync(issuer.Token("ann@example.nl", roles: [name]))).Principal!.Roles);
    }

    [Theory, InlineData(" Ann de Boer ", "Ann de Boer"), InlineData("", null)]
    public async Task The_name_that_the_issuer_gives_stands_behind_the_callers_reference(string name, string? kept)
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var served = await SignInHost.StartAsync(new AccessOptions { KeyFile = "unused", Issuer = issuer.Address });
        var caller = (await served.CallAsync(issuer.Token("ann@example.nl", name: name))).Principal!;
        Assert.Equal(kept, await served.NameOfAsync(caller));
        var older = (await served.CallAsync(issuer.Token("ann@example.nl", age: TimeSpan.FromMinutes(5), name: new('x', 201)))).Principal!;
        Assert.Equal((caller.Id, kept), (older.Id, await served.NameOfAsync(older))); // A name that is no name changes nothing.
    }

    [Fact]
    public async Task An_issuer_that_is_away_is_unavailable()
    {
        await using var served = await SignInHost.StartAsync(new AccessOptions { KeyFile = "unused", Issuer = new("http://127.0.0.1:1") });
        Assert.Equal("ISSUER_UNAVAILABLE", (await served.CallAsync(host.As(Role.DeskLead).Token)).Reason);
    }

    [Fact]
    public async Task A_guesser_of_tokens_is_held_up_and_who_is_known_is_not()
    {
        await using var issuer = await OidcIssuer.StartAsync();
        await using var served = await SignInHost.StartAsync(new AccessOptions { KeyFile = "unused", Issuer = issuer.Address, FailedSignInsPerSecond = 1, FailedSignInsAtOnce = 3 });
        var known = issuer.Token("ann@example.nl", roles: ["CrisisDesk"]);
        for (var i = 0; i < 10; i++) Assert.NotNull((await served.CallAsync(known)).Principal); // Good ones count for nothing.

        var guesses = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => served.CallAsync($"guess-{i}")));
        Assert.InRange(guesses.Count(guess => guess.Reason == "TOKEN_INVALID"), 3, 10); // 3 at once, and 1 for each second that this takes.
        Assert.Contains(guesses, guess => guess.Reason == "RATE_LIMITED");
        Assert.NotNull((await served.CallAsync(known)).Principal);
    }

    [Fact]
    public async Task An_issuer_that_is_away_costs_its_callers_nothing()
    {
        await using var served = await SignInHost.StartAsync(new AccessOptions { KeyFile = "unused", Issuer = new("http://127.0.0.1:1"), FailedSignInsAtOnce = 1 });
        for (var i = 0; i < 3; i++) Assert.Equal("ISSUER_UNAVAILABLE", (await served.CallAsync(host.As(Role.DeskLead).Token)).Reason);
    }

    private HttpRequestMessage Call() => new(HttpMethod.Post, new Uri(host.Http1, "/plek.v1.RegionService/GetRegion"))
    {
        Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/proto") } },
        Headers = { { "authorization", $"Bearer {host.As(Role.CrisisDesk).Token}" } },
    };
}
