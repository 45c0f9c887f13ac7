using System.Buffers.Text;
using System.Diagnostics;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Notify;
using Xunit;

namespace Gateway.Wire;

/// <summary>Every channel against a real server on this machine; retries, dead letters, and one dead target beside live ones.</summary>
public sealed class NotifyTests(PlekHost host) : IClassFixture<PlekHost>
{
    [Fact]
    public async Task A_webhook_gets_a_signed_notice_of_the_alarm_and_nothing_else()
    {
        await using var receiver = await Receiver.StartAsync();
        using var bed = new NotifyBed(Hook(receiver.Address), host);
        await bed.TellAsync();
        await bed.TellAsync();

        Assert.Equal((1, 0), (await bed.SendAsync(), await bed.SendAsync()));

        var got = Assert.Single(receiver.Got);
        Assert.True(NotifyBed.IsSigned(got));
        Assert.Equal("placement-r1-7-0", got.Headers["Plek-Id"]);
        var body = JsonDocument.Parse(got.Body).RootElement;
        Assert.Equal(["id", "kind", "subject", "owner", "raisedAt", "link"], body.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("DeadlineMissed", "placement/r1", "https://plek.example.nl/#/placement/r1"), (body.GetProperty("kind").GetString(), body.GetProperty("subject").GetString(), body.GetProperty("link").GetString()));
    }

    [Fact]
    public async Task Tries_again_later_and_later_under_the_same_id_until_it_is_received()
    {
        await using var receiver = await Receiver.StartAsync();
        using var bed = new NotifyBed(Hook(receiver.Address), host);
        receiver.Answers.Enqueue(503);
        receiver.Answers.Enqueue(500);
        await bed.TellAsync();
        Assert.Equal(1, await bed.SendAsync());
        foreach (var seconds in new[] { 5, 10 })
        {
            bed.Clock.Now += TimeSpan.FromSeconds(seconds) - TimeSpan.FromTicks(10);
            Assert.Equal(0, await bed.SendAsync());
            bed.Clock.Now += TimeSpan.FromTicks(10);
            Assert.Equal(1, await bed.SendAsync());
        }
        Assert.Equal(3, receiver.Got.Count);
        Assert.All(receiver.Got, got => Assert.True(NotifyBed.IsSigned(got)));
        Assert.Single(receiver.Got.Select(got => got.Headers["Plek-Id"]).Distinct());
        Assert.Empty(await bed.Outbox.DeadLettersAsync(10, default));
        Assert.Equal(TimeSpan.FromMinutes(15), Sender.Pause(19));
    }

    [Fact]
    public async Task Gives_up_after_so_many_tries_and_begins_anew_when_an_admin_asks()
    {
        await using var receiver = await Receiver.StartAsync();
        using var bed = new NotifyBed(Hook(receiver.Address, tries: 2), host);
        foreach (var answer in new[] { 503, 404 }) receiver.Answers.Enqueue(answer);
        await bed.TellAsync();
        await bed.SendAsync();
        bed.Clock.Now += TimeSpan.FromMinutes(1);
        await bed.SendAsync();

        var dead = Assert.Single(await bed.Outbox.DeadLettersAsync(10, default));
        Assert.Equal(("HTTP 404", 2, "hook"), (dead.Reason, dead.Delivery.Tries, dead.Delivery.Target));
        bed.Clock.Now += TimeSpan.FromDays(1);
        Assert.Equal(0, await bed.SendAsync());

        Assert.True(await bed.Outbox.RetryAsync(dead.Delivery.Id, bed.Clock.Now, default));
        Assert.Equal(1, await bed.SendAsync());
        Assert.Equal(3, receiver.Got.Count);
        Assert.Empty(await bed.Outbox.DeadLettersAsync(10, default));
        Assert.False(await bed.Outbox.RetryAsync(dead.Delivery.Id + 1, bed.Clock.Now, default));
    }

    [Fact]
    public async Task One_target_that_never_answers_holds_up_no_other()
    {
        await using var dead = await Receiver.StartAsync();
        await using var live = await Receiver.StartAsync();
        var release = new TaskCompletionSource();
        dead.Hold = release.Task;
        using var bed = new NotifyBed($$"""
            {"targets":[{"name":"dead","webhook":"{{dead.Address}}","secretFile":"SECRET"},{"name":"live","webhook":"{{live.Address}}","secretFile":"SECRET"}]}
            """, host);
        for (var i = 0; i < 5; i++) await bed.TellAsync($"placement-r1-{i}-0");
        using var stop = new CancellationTokenSource();
        var running = bed.Told.Sender.RunAsync(e => throw e, stop.Token);

        var patience = Stopwatch.StartNew();
        while (live.Got.Count < 5 && patience.Elapsed < TimeSpan.FromSeconds(9)) await Task.Delay(Processes.PlekProcess.Pause);
        Assert.Equal((5, 1), (live.Got.Count, dead.Got.Count)); // Of a target one at a time, and all of the other meanwhile.

        release.SetResult();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_mail_server_gets_the_notice_for_the_address()
    {
        using var server = Process.Start(new ProcessStartInfo("/usr/bin/python3", [Path.Combine(Clients, "python/mailbox.py")]) { RedirectStandardOutput = true, RedirectStandardInput = true, RedirectStandardError = true })!;
        try
        {
            var port = await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.True(int.TryParse(port, out _), $"./test installs what it needs: {(port is null ? await server.StandardError.ReadToEndAsync() : port)}");
            using var bed = new NotifyBed($$"""
                {"link":"https://plek.example.nl/#/","smtp":{"host":"127.0.0.1","port":{{port}},"from":"plek@example.nl","tls":false},
                 "targets":[{"name":"post","email":"crisisdienst@example.nl","owners":["CrisisDesk"]},{"name":"other","email":"a@example.nl","owners":["ExpertTeam"]}]}
                """, host);
            await bed.TellAsync();
            Assert.Equal(1, await bed.SendAsync());
            Assert.Empty(await bed.Outbox.DeadLettersAsync(10, default));
            Assert.Equal(0, await bed.SendAsync());

            var mail = JsonDocument.Parse((await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)))!).RootElement;
            Assert.Equal("crisisdienst@example.nl", mail.GetProperty("to")[0].GetString());
            var text = mail.GetProperty("text").GetString()!;
            Assert.Contains("Plek-Id: placement-r1-7-0", text, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("<placement-r1-7-0.post@example.nl>", text, StringComparison.Ordinal);
            Assert.Contains("https://plek.example.nl/#/placement/r1", text.Replace("=\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
        finally
        {
            server.Kill();
        }
    }

    [Fact]
    public async Task A_mail_server_that_is_away_is_tried_again()
    {
        using var bed = new NotifyBed("""{"tries":1,"smtp":{"host":"127.0.0.1","port":9,"from":"plek@example.nl","tls":false},"targets":[{"name":"post","email":"a@example.nl"}]}""", host);
        await bed.TellAsync();
        await bed.SendAsync();
        Assert.DoesNotContain("example", Assert.Single(await bed.Outbox.DeadLettersAsync(10, default)).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_reads_what_its_push_service_was_given_and_is_forgotten_when_it_has_gone()
    {
        await using var service = await Receiver.StartAsync();
        using var bed = new NotifyBed("""{"push":{"subject":"mailto:beheer@example.nl"},"loopbackForTests":true}""", host);
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (key, auth) = (PushCipher.BytesOf(browser.ExportParameters(false).Q), RandomNumberGenerator.GetBytes(16));
        var kept = await host.Vault.KeepTextAsync(new("desk-1", Requests.Fresh()), 0, JsonSerializer.Serialize(new PushEndpoint(new(service.Address, "/send/1"), Base64Url.EncodeToString(key), Base64Url.EncodeToString(auth))), default);
        await bed.Outbox.SubscribeAsync(new(kept, "desk-1", ["CrisisDesk"], null, bed.Clock.Now.AddDays(1)), default);
        await bed.Outbox.SubscribeAsync(new(new("other"), "expert-1", ["ExpertTeam"], null, bed.Clock.Now.AddDays(1)), default);
        await bed.TellAsync();
        Assert.Equal(1, await bed.SendAsync());

        var (headers, body) = Assert.Single(service.Got);
        Assert.Equal("DeadlineMissed", JsonDocument.Parse(Decrypt(body, browser, key, auth)).RootElement.GetProperty("kind").GetString());
        Assert.Equal("aes128gcm 86400", $"{headers["Content-Encoding"]} {headers["TTL"]}");
        Assert.True(IsVapid(headers["Authorization"]!, service.Address));

        service.Answers.Enqueue(410);
        await bed.TellAsync("placement-r1-8-0");
        await bed.SendAsync();
        Assert.Null(await host.Vault.FindTextAsync(kept, default));
        Assert.DoesNotContain(await bed.Outbox.SubscribersAsync(default), one => one.Subscription == kept);
        Assert.Empty(await bed.Outbox.DeadLettersAsync(10, default));
    }

    [Theory]
    [InlineData("""{"targets":[{"name":"a"}]}""", "a must have either email or webhook")]
    [InlineData("""{"targets":[{"name":"a","webhook":"http://10.0.0.1/","secretFile":"SECRET"}]}""", "must be an https address")]
    [InlineData("""{"targets":[{"name":"a","webhook":"https://example.nl/"}]}""", "needs secretFile")]
    [InlineData("""{"targets":[{"name":"a","email":"a@example.nl"}]}""", "needs smtp")]
    [InlineData("""{"tries":0}""", "tries must be 1 to 20")]
    [InlineData("""{"retries":3}""", "retries")]
    [InlineData("""{"push":{"subject":"beheer"}}""", "push.subject")]
    [InlineData("nothing", "cannot be used")]
    public void Refuses_a_file_that_is_wrong(string json, string why) =>
        Assert.Contains(why, Assert.Throws<WrongOptionException>(() => new NotifyBed(json, host)).Message, StringComparison.Ordinal);

    private static readonly string Clients = typeof(NotifyTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ClientsFolder").Value!;

    private static string Hook(Uri address, int tries = 10) => $$"""
        {"link":"https://plek.example.nl/#/","tries":{{tries}},"targets":[{"name":"hook","webhook":"{{address}}","secretFile":"SECRET","kinds":["DeadlineMissed"]}]}
        """;

    private static byte[] Decrypt(byte[] body, ECDiffieHellman browser, byte[] key, byte[] auth)
    {
        var (salt, sender, cipher) = (body[..16], body[21..86], body[86..]);
        using var theirs = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushCipher.PointOf(sender) });
        var (content, nonce) = PushCipher.Keys(browser.DeriveRawSecretAgreement(theirs.PublicKey), key, sender, auth, salt);
        var plain = new byte[cipher.Length - 16];
        using var gcm = new AesGcm(content, 16);
        gcm.Decrypt(nonce, cipher.AsSpan(0, plain.Length), cipher.AsSpan(plain.Length), plain);
        Assert.Equal(2, plain[^1]);
        return plain[..^1];
    }

    private static bool IsVapid(string header, Uri audience)
    {
        var parts = header["vapid t=".Length..].Split(", k=");
        var (token, key) = (parts[0].Split('.'), Base64Url.DecodeFromChars(parts[1]));
        Assert.Equal(audience.GetLeftPart(UriPartial.Authority), JsonDocument.Parse(Base64Url.DecodeFromChars(token[1])).RootElement.GetProperty("aud").GetString());
        using var signer = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushCipher.PointOf(key) });
        return signer.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256);
    }
}
