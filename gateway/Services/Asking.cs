using System.Text;
using Gateway.Access;
using Gateway.Rpc;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grains.Kernel;
using Grains.Regions;

namespace Gateway.Services;

/// <summary>Where every request that changes something begins: whose command it is, when it happened, and who said so.</summary>
public sealed class Asking(IGrains grains, IVault vault)
{
    /// <summary>Checks what every write carries (types.proto). Nothing is kept and nothing asked yet.</summary>
    public async ValueTask<Writing> BeginAsync(IMessage request, Permit permit)
    {
        var id = Fields.CommandId((string)Value(request, "command_id")!);
        var at = await OccurredAtAsync(Fields.Instant((Timestamp?)Value(request, "occurred_at"), "occurred_at"), permit);
        var said = Fields.Person((Plek.V1.Person?)Value(request, "said_by"), "said_by");
        return new(grains, vault, permit, new(new(permit.Caller.Id, id), Hash(request, permit)), at, said);
    }

    // Clocks differ a little: what lies ahead by less than that counts as now.
    private async ValueTask<DateTimeOffset> OccurredAtAsync(DateTimeOffset? given, Permit permit)
    {
        var now = Micros.Floor(permit.Now);
        if (given is not { } at || at <= now) return given ?? now;
        var region = await grains.ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), permit.Cancel);
        var latest = now + region.State.Policy.Minutes(PolicyNumbers.ClockTolerance);
        return at <= latest ? now : throw new Refusal(Reason.OccurredInFuture) { Details = [("at_most", $"{latest:O}")] }.ToRpcException();
    }

    private byte[] Hash(IMessage request, Permit permit)
    {
        var method = Encoding.UTF8.GetBytes($"{permit.Call.Descriptor.FullName}\n");
        var content = new byte[method.Length + request.CalculateSize()];
        method.CopyTo(content, 0);
        request.WriteTo(content.AsSpan(method.Length));
        return vault.KeyedHash("command", content);
    }

    private static object? Value(IMessage request, string field) => request.Descriptor.FindFieldByName(field)?.Accessor.GetValue(request);
}
