using Gateway.Access;
using Gateway.Rpc;
using Plek.V1;

namespace Gateway.Services;

// What the desk does with a place that is held already.
public sealed partial class PlacementService
{
    private const int ExtensionMinutesMax = 43_200; // As the longest hold that a policy can give.

    private async ValueTask<PhaseAnswer> ExtendHoldAsync(ExtendHoldRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        TimeSpan? more = request.Minutes == 0 ? null : TimeSpan.FromMinutes(Check.Range(request.Minutes, 1, ExtensionMinutesMax, "minutes"));
        var writing = await asking.BeginAsync(request, permit);
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.ExtendHold(attempt, more)));
    }

    private async ValueTask<PhaseAnswer> KeepHoldAsync(KeepHoldRequest request, Permit permit)
    {
        var (id, attempt) = Attempt(request.RequestId, request.Attempt);
        var reason = Fields.RequiredText(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var kept = (await writing.KeepAsync(reason))!.Value;
        return Show.Phase(await AskAsync(writing, id, permit, steps => steps.KeepHold(attempt, kept)));
    }
}
