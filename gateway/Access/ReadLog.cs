using System.Diagnostics;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Records who reads what is known of a request's children, as an event of the request, before anything is shown.</summary>
public sealed class ReadLog(IGrains grains, IVault vault)
{
    /// <exception cref="StoreUnavailableException">It was not recorded, so nothing may be shown.</exception>
    public async ValueTask NoteAsync(string requestId, Details reads, Permit permit)
    {
        var shown = reads switch
        {
            Details.Request => DetailsShown.Request,
            Details.Places => DetailsShown.Places,
            _ => throw new UnreachableException($"{reads}"),
        };
        var stream = StreamId.Placement(requestId);
        // Each read is an event of its own, also when a client asks again: a fresh id, which nobody can retry.
        var id = $"read-{Guid.NewGuid():N}";
        var command = new Command(new(permit.Caller.Id, id), vault.KeyedHash("command", System.Text.Encoding.UTF8.GetBytes(id)));
        var answer = await grains.AskAsync(new(command, permit.Origin(permit.Now), stream, [new(stream, new PlacementCommand.NoteRead(shown))]), permit.Cancel);
        if (answer is Answer.Refused refused) throw refused.Refusal.ToRpcException();
    }
}
