using System.Buffers.Text;
using System.Security.Cryptography;
using Gateway.Notify;
using Grains.Kernel;
using Plek.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>A browser's subscription, and dead letters, over the wire.</summary>
public sealed class PushSubscriptionTests : IAsyncLifetime
{
    private readonly PlekHost _host = new() { Notify = new() { Push = new("mailto:beheer@example.nl") } };

    public Task InitializeAsync() => _host.InitializeAsync();

    public Task DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_browser_subscribes_for_its_persons_roles_again_and_ends_it_and_nothing_is_left()
    {
        var intake = _host.As(Role.ProviderIntake, "merwetij");
        Assert.Equal(PushCipher.PublicKeyBytes, Base64Url.DecodeFromChars((await intake.CallAsync<GetPushKeyResponse>(new GetPushKeyRequest())).PublicKey).Length);
        var request = Subscribe();
        var first = await intake.CallAsync<SubscribePushResponse>(request);
        Assert.Equal(first.SubscriptionId, (await intake.CallAsync<SubscribePushResponse>(request)).SubscriptionId);
        var kept = Assert.Single(await _host.Outbox.SubscribersAsync(default));
        Assert.Equal(("ProviderIntake", "merwetij"), (Assert.Single(kept.Roles), kept.Provider));
        Assert.NotNull(await _host.Vault.FindTextAsync(kept.Subscription, default));

        await _host.As(Role.CrisisDesk).CallAsync<UnsubscribePushResponse>(new UnsubscribePushRequest { SubscriptionId = first.SubscriptionId });
        Assert.Single(await _host.Outbox.SubscribersAsync(default)); // Not the desk's to end.
        await intake.CallAsync<UnsubscribePushResponse>(new UnsubscribePushRequest { SubscriptionId = first.SubscriptionId });
        Assert.Empty(await _host.Outbox.SubscribersAsync(default));
        Assert.Null(await _host.Vault.FindTextAsync(kept.Subscription, default));
    }

    [Fact]
    public async Task Refuses_what_is_no_subscription_and_one_too_many()
    {
        var desk = _host.As(Role.CrisisDesk);
        foreach (var endpoint in new[] { "", "http://push.example.net/a", "https://127.0.0.1/a", "https://localhost/a", "https://10.0.0.8/a", "push" })
            Assert.Equal(["endpoint"], (await desk.FailAsync(Subscribe(r => r.Endpoint = endpoint))).Fields);
        Assert.Equal(["p256dh"], (await desk.FailAsync(Subscribe(r => r.P256Dh = "AAAA"))).Fields);
        Assert.Equal(["p256dh"], (await desk.FailAsync(Subscribe(r => r.P256Dh = Base64Url.EncodeToString([4, .. new byte[64]])))).Fields);
        Assert.Equal(["auth"], (await desk.FailAsync(Subscribe(r => r.Auth = "!"))).Fields);

        for (var i = 0; i < 20; i++) await desk.CallAsync<SubscribePushResponse>(Subscribe());
        Assert.Equal("resource_exhausted TOO_MANY_SUBSCRIPTIONS ", $"{await desk.FailAsync(Subscribe())}");
    }

    [Fact]
    public async Task An_admin_sees_to_whom_and_why_and_never_about_what_and_has_it_tried_anew()
    {
        var (admin, at) = (_host.As(Role.RegionAdmin), Micros.Floor(DateTimeOffset.UtcNow));
        await _host.Outbox.AddAsync(new("placement-geheim-1-0", "DeadlineMissed", StreamId.Placement("geheim"), "CrisisDesk", at), ["push/abc"], at, default);
        var delivery = Assert.Single(await _host.Outbox.ClaimAsync(at, at.AddMinutes(1), 10, default));
        await _host.Outbox.FailedAsync(delivery.Id, "HTTP 503", null, at, default);

        var dead = Assert.Single((await admin.CallAsync<ListDeadLettersResponse>(new ListDeadLettersRequest())).DeadLetters);
        Assert.Equal(("push", "DeadlineMissed", 1, "HTTP 503"), (dead.Target, dead.Kind, dead.Tries, dead.Reason));
        Assert.DoesNotContain("geheim", dead.ToString(), StringComparison.Ordinal);
        await admin.CallAsync<RetryDeadLetterResponse>(new RetryDeadLetterRequest { DeadLetterId = dead.DeadLetterId });
        await admin.CallAsync<RetryDeadLetterResponse>(new RetryDeadLetterRequest { DeadLetterId = dead.DeadLetterId });
        Assert.Empty((await admin.CallAsync<ListDeadLettersResponse>(new ListDeadLettersRequest())).DeadLetters);
        Assert.Equal("not_found UNKNOWN_DEAD_LETTER ", $"{await admin.FailAsync(new RetryDeadLetterRequest { DeadLetterId = 99 })}");
    }

    private static SubscribePushRequest Subscribe(Action<SubscribePushRequest>? spoil = null)
    {
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var request = new SubscribePushRequest
        {
            Endpoint = $"https://push.example.net/{Requests.Fresh()}",
            P256Dh = Base64Url.EncodeToString(PushCipher.BytesOf(browser.ExportParameters(false).Q)),
            Auth = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(PushCipher.AuthBytes)),
        };
        spoil?.Invoke(request);
        return request;
    }
}
