using System.Diagnostics;
using Gateway.Access;
using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>A region's crisis desk at work: requests for a place come in the pattern of real days, and a desk, referrers and providers that follow a
/// script do everything that the domain has a word for, through the public API of a server of its own.</summary>
internal static class DeskReplay
{
    public const string Name = "zuid-holland-zuid";

    private static readonly TimeSpan Before = TimeSpan.FromHours(12); // From the start of the server to the first day.
    private static readonly TimeSpan Night = TimeSpan.FromHours(1);   // 3:00 in Amsterdam in summer, when nobody reports.

    /// <returns>Whether the service did what it acknowledged, and nothing else.</returns>
    public static async Task<bool> RunAsync(string samples, ReplayOptions options, ReplayFolder folder, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var admissions = Admissions.Read(Path.Combine(samples, Admissions.File));
        var first = new DateTimeOffset(admissions.First.ToDateTime(default), TimeSpan.Zero);
        var days = Math.Min(options.Days, admissions.Last.DayNumber - admissions.First.DayNumber + 1);
        using var journal = new CallJournal(folder.Journal);
        var clock = journal.Last ?? first - Before;
        using var server = await ReplayServer.StartAsync(folder.Data, clock, folder.ServerLog, sample: true, cancel);
        Console.WriteLine($"server {server.ProcessId} on {server.Address}, {folder}");

        var agenda = new Agenda(first - Before);
        var tokens = Tokens(new(Path.Combine(folder.Data, "trial.key")), out var admin);
        var caller = new Caller(
            server.Client, journal, agenda, new(options.Seed, "calls"), new Pace(options.DaysPerSecond, clock, (now, stop) => server.Client.MoveClockAsync(now, admin, stop)).MoveAsync, clock, cancel);
        var scene = new Scene(options.Seed, first.AddDays(days), agenda, caller, new(), admissions, tokens, new());
        agenda.Begin(first - Before, () => OpenAsync(scene));
        agenda.Begin(first, scene.Alarms.WatchAsync);
        var arrivals = admissions.Arrivals(days).Index().ToList();
        foreach (var (index, arrival) in arrivals) Begin(scene, index + 1, arrival);

        var audit = new Audit(scene);
        await Progress.ShowAsync("Crisis desk of Zuid-Holland Zuid", days, "days", async done =>
        {
            for (var day = 0; day < days; day++)
            {
                agenda.Begin(first.AddDays(day) + Night, audit.NightAsync);
                await agenda.RunAsync(first.AddDays(day + 1), cancel);
                done(1);
            }
        });
        agenda.Begin(agenda.Now, audit.EndAsync);
        await agenda.RunAsync(agenda.Now, cancel);

        var table = DeskTable.Of(scene, audit, arrivals.Count, days, Stopwatch.GetElapsedTime(begun));
        Console.WriteLine();
        Console.WriteLine(table);
        return table.Agrees;
    }

    private static void Begin(Scene scene, int number, Arrival arrival)
    {
        var id = number.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var minute = new Dice(scene.Seed, $"arrival {id}").From(0, 1_439);
        var request = new Case(scene, id, arrival.Municipality);
        scene.Tally.Cases.Add(request);
        scene.Agenda.Begin(new DateTimeOffset(arrival.Date.ToDateTime(default), TimeSpan.Zero).AddMinutes(minute), request.LiveAsync);
    }

    // What stands in the region when the desk opens.
    private static async Task OpenAsync(Scene scene)
    {
        var listed = await scene.Caller.ReadAsync<ListFacilitiesResponse>(scene.Tokens.Desk, new ListFacilitiesRequest { PageSize = 1_000 });
        foreach (var facility in listed.Facilities)
        {
            var seen = await scene.Caller.ReadAsync<GetCapacityResponse>(scene.Tokens.Desk, new GetCapacityRequest { FacilityId = facility.FacilityId });
            scene.Book.Open(seen);
            var house = new House(scene, seen);
            scene.Houses.Add(facility.FacilityId, house);
            scene.Agenda.Begin(scene.Now, house.LiveAsync);
        }
    }

    private static Tokens Tokens(TrialTokens trial, out string admin)
    {
        string Token(string name, string? provider, params Role[] roles) =>
            trial.Issue(new($"replay {name}", null), roles, provider, [], TimeProvider.System.GetUtcNow(), TrialTokens.LifeMax);
        admin = Token("admin", null, Role.RegionAdmin);
        var referrers = new Dictionary<string, string>(StringComparer.Ordinal);
        var providers = new Dictionary<string, string>(StringComparer.Ordinal);
        return new(
            Token("desk", null, Role.CrisisDesk), Token("lead", null, Role.DeskLead),
            municipality => Kept(referrers, municipality, () => Token(municipality, null, Role.Referrer)),
            provider => Kept(providers, provider, () => Token(provider, provider, Role.ProviderReporter, Role.ProviderIntake)));

        static string Kept(Dictionary<string, string> tokens, string key, Func<string> make)
        {
            if (!tokens.TryGetValue(key, out var token)) tokens.Add(key, token = make());
            return token;
        }
    }
}

/// <summary>Moves the clock of the service, no faster than was asked for.</summary>
internal sealed class Pace(double? daysPerSecond, DateTimeOffset clock, Func<DateTimeOffset, CancellationToken, Task> moveClock)
{
    private DateTimeOffset _clock = clock;

    public async Task MoveAsync(DateTimeOffset now, CancellationToken cancel)
    {
        if (daysPerSecond is { } pace) await Task.Delay((now - _clock) / (pace * TimeSpan.SecondsPerDay), cancel);
        await moveClock(now, cancel);
        _clock = now;
    }
}
