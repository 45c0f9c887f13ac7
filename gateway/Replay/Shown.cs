using Plek.V1;

namespace Gateway.Replay;

/// <summary>What the service shows when all has been sent: each facility's own numbers as it sees them, and the totals as the desk sees them.</summary>
/// <param name="Limited">The facilities that take in few, because staff is short.</param>
internal sealed record Shown(IReadOnlyDictionary<string, Exact> Facilities, long Licensed, long Occupied, IReadOnlyCollection<string> Limited)
{
    /// <param name="position">At least so new is what is shown.</param>
    public static async Task<Shown> AskAsync(ServiceClient client, Reporter reporter, ReplayInput input, long position, string deskToken, CancellationToken cancel)
    {
        var facilities = new Dictionary<string, Exact>(StringComparer.Ordinal);
        var limited = new List<string>();
        foreach (var facility in input.Facilities)
        {
            (facilities[facility.Id], var openness) = await reporter.ShownAsync(facility.Id, position, cancel);
            if (openness == Openness.Limited) limited.Add(facility.Id);
        }

        var request = new GetOverviewRequest { AtLeastPosition = position, GroupBy = GroupBy.Region };
        var answer = await client.AskAsync<GetOverviewResponse>("plek.v1.CapacityService/GetOverview", request, deskToken, cancel);
        var totals = answer.OrThrow("The overview could not be read").Totals;
        return new(facilities, totals.Sum(total => (long)total.Licensed), totals.Sum(total => (long)total.Occupied), limited);
    }
}
