using System.Net;
using System.Text.Json;

namespace Gateway.Replay;

/// <summary>What keeps a clock faster than life away from real data, and the one way to move it.</summary>
public static class Simulation
{
    /// <summary>Stands in every data folder whose clock was ever simulated.</summary>
    public const string MarkFile = "SIMULATED";

    public const string ClockPath = "/simulation/clock";

    private const int BodyBytesMax = 1024;

    /// <summary>Marks an empty folder as simulated when the server is started so. To be asked before anything else writes there.</summary>
    /// <returns>Why the server must not start on this folder, in one line; null when it may.</returns>
    public static string? Check(string dataFolder, bool simulated)
    {
        var mark = Path.Combine(dataFolder, MarkFile);
        if (File.Exists(mark))
            return simulated ? null : $"{dataFolder} holds a simulation, not a region: start it with --simulated-clock, or choose another folder.";
        if (!simulated) return null;
        if (Directory.Exists(dataFolder) && Directory.EnumerateFileSystemEntries(dataFolder).Any())
            return $"{dataFolder} holds real data, whose clock must be real: choose an empty folder for --simulated-clock.";
        Directory.CreateDirectory(dataFolder);
        File.WriteAllText(mark, "The clock of what is kept here was simulated. None of it happened when it says.\n");
        return null;
    }

    /// <summary>Maps POST /simulation/clock with <c>{"now": "2021-03-05T05:21:59Z"}</c>, answered with the clock's new instant. Never mapped
    /// on a server whose clock is real. Refuses callers that are not on this machine (403), who are no RegionAdmin (401) and the way back (409).</summary>
    /// <param name="isRegionAdmin">Whether the bearer token of a request is valid and has the role RegionAdmin.</param>
    public static void MapSimulationClock(this IEndpointRouteBuilder routes, SimulatedClock clock, Func<HttpContext, ValueTask<bool>> isRegionAdmin) =>
        routes.MapPost(ClockPath, async (HttpContext http) =>
        {
            if (http.Connection.RemoteIpAddress is not { } caller || !IPAddress.IsLoopback(caller)) return Results.StatusCode(StatusCodes.Status403Forbidden);
            if (!await isRegionAdmin(http)) return Results.StatusCode(StatusCodes.Status401Unauthorized);
            if (await ReadAsync(http) is not { } now) return Results.BadRequest(new { error = "send {\"now\": an instant with its offset}" });
            if (!clock.MoveTo(now)) return Results.Conflict(new { error = $"the clock stands at {clock.GetUtcNow():O} and never goes back" });
            return Results.Ok(new { now = clock.GetUtcNow() });
        });

    private static async ValueTask<DateTimeOffset?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is not <= BodyBytesMax) return null;
        try
        {
            using var body = await JsonDocument.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return body.RootElement.ValueKind == JsonValueKind.Object && body.RootElement.TryGetProperty("now", out var now)
                && now.ValueKind == JsonValueKind.String && HasOffset(now.GetString()!) && now.TryGetDateTimeOffset(out var instant) ? instant : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // Without one the platform would take the offset of the machine.
    private static bool HasOffset(string text) => text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
}
