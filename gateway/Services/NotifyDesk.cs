using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Access;
using Gateway.Notify;
using Gateway.Rpc;
using Grains.Kernel;
using Plek.V1;

namespace Gateway.Services;

/// <summary>The part of <c>plek.v1.AlarmService</c> about notifications: browsers that want to be told, and what could not be delivered.</summary>
/// <param name="time">Real time: subscriptions are of this world.</param>
public sealed class NotifyDesk(NotifyFile file, IOutbox outbox, IVault vault, WebPush push, Vapid vapid, TimeProvider time)
{
    private const int EndpointCharsMax = 1_000;
    private const int SubscriptionsMax = 20;
    private const int DeadLettersMax = 1_000;
    private static readonly TimeSpan SubscribedFor = TimeSpan.FromDays(30);

    public ValueTask<GetPushKeyResponse> GetKeyAsync(GetPushKeyRequest request, Permit permit)
    {
        RequirePush();
        return new(new GetPushKeyResponse { PublicKey = vapid.PublicKey });
    }

    public async ValueTask<SubscribePushResponse> SubscribeAsync(SubscribePushRequest request, Permit permit)
    {
        var endpoint = Endpoint(request);
        RequirePush();
        // The reference follows from caller and content: the same again is the same. No client's command_id holds a '/'.
        var reference = await vault.KeepTextAsync(new(permit.Caller.Id, "push/subscription"), 0, JsonSerializer.Serialize(endpoint), permit.Cancel);
        var own = (await outbox.SubscribersAsync(permit.Cancel)).Where(one => one.Caller == permit.Caller.Id).ToList();
        if (own.Count >= SubscriptionsMax && own.All(one => one.Subscription != reference))
        {
            await vault.EraseTextAsync(reference, CancellationToken.None);
            throw new RpcException(Code.ResourceExhausted, "TOO_MANY_SUBSCRIPTIONS", $"The caller has {SubscriptionsMax} subscriptions; end one first.");
        }
        var until = Micros.Floor(time.GetUtcNow() + SubscribedFor);
        await outbox.SubscribeAsync(
            new(reference, permit.Caller.Id, [.. RoleSet.ByName.Where(role => permit.Caller.Roles.Has(role.Value)).Select(role => role.Key).Order(StringComparer.Ordinal)], permit.Caller.Provider, until),
            permit.Cancel);
        return new() { SubscriptionId = reference.Id, ExpiresAt = until.ToWire() };
    }

    public async ValueTask<UnsubscribePushResponse> UnsubscribeAsync(UnsubscribePushRequest request, Permit permit)
    {
        var reference = new TextRef(Check.Id(request.SubscriptionId, "subscription_id"));
        if ((await outbox.SubscribersAsync(permit.Cancel)).Any(one => one.Subscription == reference && one.Caller == permit.Caller.Id))
            await push.EraseAsync(reference, permit.Cancel);
        return new();
    }

    public async ValueTask<ListDeadLettersResponse> ListAsync(ListDeadLettersRequest request, Permit permit) => new()
    {
        DeadLetters = { (await outbox.DeadLettersAsync(DeadLettersMax, permit.Cancel)).Select(ToWire) },
    };

    public async ValueTask<RetryDeadLetterResponse> RetryAsync(RetryDeadLetterRequest request, Permit permit)
    {
        if (!await outbox.RetryAsync(request.DeadLetterId, time.GetUtcNow(), permit.Cancel))
            throw new RpcException(Code.NotFound, "UNKNOWN_DEAD_LETTER", "There is no such dead letter.");
        return new();
    }

    private PushEndpoint Endpoint(SubscribePushRequest request)
    {
        Check.Text(request.Endpoint, 1, EndpointCharsMax, "endpoint");
        if (!Uri.TryCreate(request.Endpoint, UriKind.Absolute, out var endpoint) || !PublicAddress.MayBe(endpoint, file.LoopbackForTests))
            throw RpcException.Invalid("endpoint", "must be an https address on the public internet");
        CheckKey(Bytes(request.P256Dh, PushCipher.PublicKeyBytes, "p256dh"));
        Bytes(request.Auth, PushCipher.AuthBytes, "auth");
        return new(endpoint, request.P256Dh, request.Auth);
    }

    private static byte[] Bytes(string value, int length, string field)
    {
        try
        {
            if (value.Length <= 2 * length && Base64Url.DecodeFromChars(value) is { } bytes && bytes.Length == length) return bytes;
        }
        catch (FormatException)
        {
            // Told below, with the other ways to be wrong.
        }
        throw RpcException.Invalid(field, $"must be {length} bytes in base64url without padding");
    }

    private static void CheckKey(byte[] key)
    {
        try
        {
            using var point = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushCipher.PointOf(key) });
        }
        catch (CryptographicException)
        {
            throw RpcException.Invalid("p256dh", "must be an uncompressed point of P-256");
        }
    }

    private void RequirePush()
    {
        if (file.Push is null) throw new RpcException(Code.FailedPrecondition, "PUSH_NOT_CONFIGURED", "This region sends no Web Push.");
    }

    private static Plek.V1.DeadLetter ToWire(Grains.Kernel.DeadLetter dead) => new()
    {
        DeadLetterId = dead.Delivery.Id,
        Target = dead.Delivery.Target.StartsWith(Notifier.PushPrefix, StringComparison.Ordinal) ? "push" : dead.Delivery.Target,
        Kind = dead.Delivery.Notice.Kind,
        RaisedAt = dead.Delivery.Notice.RaisedAt.ToWire(),
        Tries = dead.Delivery.Tries,
        Reason = dead.Reason,
        GivenUpAt = dead.At.ToWire(),
    };
}
