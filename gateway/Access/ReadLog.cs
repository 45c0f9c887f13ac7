using System.Diagnostics;
using System.Text;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Records who reads what is known of a request's children, as an event of the request, before anything is shown.</summary>
/// <remarks>Reads of one caller in one role of the same details of one request within one window of the clock are one record.</remarks>
public sealed class ReadLog(IGrains grains, IVault vault)
{
    /// <summary>One minute: a screen that asks again each second must not bury the request's own history, and who read when stays known to the minute.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

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
        // The same id all through a window: whoever reads again finds it recorded. No client's command_id holds a '/'.
        var window = permit.Now.UtcTicks / Window.Ticks;
        var content = vault.KeyedHash("command", Encoding.UTF8.GetBytes($"read {stream} {shown} {permit.Role} {permit.Channel} {window}"));
        var command = new Command(new(permit.Caller.Id, $"read/{Base32.Name(content)}"), content);
        if (await grains.FindAsync(command, permit.Cancel) is Answer.Accepted) return;
        var answer = await grains.AskAsync(new(command, permit.Origin(permit.Now), stream, [new(stream, new PlacementCommand.NoteRead(shown))]), permit.Cancel);
        if (answer is Answer.Refused refused) throw refused.Refusal.ToRpcException();
    }
}
