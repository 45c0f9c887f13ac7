using System.Collections.Concurrent;
using System.Text.Json;
using Grains.Kernel;
using Silo.Storage;
using Silo.Storage.Sqlite;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>kill -9 while eight clients report beds, hold places and give them back.</summary>
[Collection("A real process")]
public sealed class CrashTests : IDisposable
{
    private const int Clients = 8;

    // Units of which each client reports one, so that it knows what must be shown.
    private static readonly (string Facility, string Unit)[] Units =
    [
        ("de-werf", "de-werf-noord"), ("de-werf", "de-werf-zuid"), ("de-spil", "de-spil-boven"), ("de-wal", "de-wal-wonen"),
        ("het-veer", "het-veer-pauze"), ("het-riet", "het-riet-wonen"), ("de-wilg", "de-wilg-wonen"), ("noordwaal-kliniek", "noordwaal-behandeling"),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("plek-crash-").FullName;
    private readonly ConcurrentDictionary<string, Sent> _sent = new();

    // However busy the machine is, enough must have been answered before the process dies.
    private static readonly TimeSpan EnoughMax = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    [Fact]
    public async Task Keeps_every_acknowledged_change_and_nothing_else()
    {
        long imported;
        await using (var plek = await PlekProcess.StartAsync(_folder))
        {
            var desk = await plek.AsDeskAsync();
            imported = await PositionAsync(desk);
            var clients = Units.Select((_, client) => WorkAsync(desk, client)).ToList();
            for (var waited = TimeSpan.Zero; Accepted() < 20 * Clients && waited < EnoughMax; waited += Look) await Task.Delay(Look);
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 2_000)));
            await plek.KillAsync();
            await Task.WhenAll(clients);
        }
        Assert.True(Accepted() >= 20 * Clients, "Too little was done to tell anything.");
        Assert.True(_sent.Values.Count(sent => sent.Told is null) <= Clients);

        await using (var plek = await PlekProcess.StartAsync(_folder))
        {
            var desk = await plek.AsDeskAsync();
            await EveryUnitShowsItsLastReport(desk);
            await EachHoldBelongsToOneOffer(desk);
            await EachAcknowledgedCommandGetsItsAnswerAgain(desk);
            Assert.Equal(0, await plek.StopAsync(TimeSpan.FromSeconds(10)));
        }
        await TheLogHoldsNothingElse(imported);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task WorkAsync(PlekClient desk, int client)
    {
        try
        {
            for (var n = 0; ; n++)
            {
                string Id(string what) => $"{what}-{client}-{n}";
                await SendAsync(desk, "ProviderService/ReportBeds", Id("report"), $$"""
                    "facilityId":"{{Units[client].Facility}}","unitId":"{{Units[client].Unit}}","occupied":{{Occupied(n)}},"saidBy":{"name":"Ann"}
                    """);
                var submitted = await SendAsync(desk, "PlacementService/Submit", Id("submit"), """
                    "crisisAsked":true,"homePostcode4":3311,"children":[{"ageYears":14,"genderNeed":"GENDER_NEED_F","infection":"INFECTION_STATUS_NO_SYMPTOMS"}],
                    "referral":{"kind":"REFERRER_KIND_ACCESS","organisation":"Sociaal team Dordrecht","responsible":"GM0505"},
                    "legalBasis":{"kind":"LEGAL_BASIS_VOLUNTARY","status":"LEGAL_BASIS_STATUS_WRITTEN"}
                    """);
                var request = submitted.Answer["requestId"]!.GetValue<string>();
                await SendAsync(desk, "PlacementService/StartTriage", Id("start"), $$""" "requestId":"{{request}}" """);
                await SendAsync(desk, "PlacementService/Triage", Id("triage"), $$"""
                    "requestId":"{{request}}","crisis":"CRISIS_GRADE_ACUTE",
                    "children":[{"subjectId":"{{submitted.Answer["subjectIds"]![0]!.GetValue<string>()}}","safety":"SAFETY_SCORE_VERY_UNSAFE","assessor":"crisisdienst"}],
                    "alternatives":[{"alternative":"ALTERNATIVE_NETWORK","why":"niemand"},{"alternative":"ALTERNATIVE_CURRENT_PLACE","why":"onveilig"},
                        {"alternative":"ALTERNATIVE_AMBULATORY","why":"te laat"},{"alternative":"ALTERNATIVE_CHILD_CARE","why":"te oud"},{"alternative":"ALTERNATIVE_FLITS","why":"vol"}]
                    """);
                await SendAsync(desk, "PlacementService/Offer", Id("offer"), $$""" "requestId":"{{request}}","facilityId":"de-kade","unitId":"de-kade-oud","acceptStale":true """);
                await SendAsync(desk, "PlacementService/Cancel", Id("cancel"), $$""" "requestId":"{{request}}","reason":"CANCEL_REASON_SITUATION_IMPROVED" """);
            }
        }
        catch (HttpRequestException)
        {
            // The process is gone.
        }
    }

    // Changes with every report, so that each leaves an event; never fewer than the sample has placed, nor beyond 150 % of a unit's licence.
    private static int Occupied(int n) => 9 + (n % 2);

    private async Task<Told> SendAsync(PlekClient desk, string method, string id, string fields)
    {
        var sent = _sent[id] = new(method, $$"""{"commandId":"{{id}}",{{fields}}}""");
        sent.Told = await desk.AskAsync(method, sent.Json);
        if (method != "PlacementService/Offer") Assert.True(sent.Told.Accepted, $"{sent.Json}: {sent.Told.Answer.ToJsonString()}");
        return sent.Told;
    }

    private async Task EveryUnitShowsItsLastReport(PlekClient desk)
    {
        for (var client = 0; client < Clients; client++)
        {
            var last = Enumerable.Range(0, int.MaxValue).TakeWhile(n => _sent.ContainsKey($"report-{client}-{n}")).Last();
            int[] allowed = _sent[$"report-{client}-{last}"].Told is null && last > 0 ? [Occupied(last - 1), Occupied(last)] : [Occupied(last)];
            var capacity = await desk.CallAsync("CapacityService/GetCapacity", $$"""{"facilityId":"{{Units[client].Facility}}"}""");
            var unit = capacity["capacity"]!.AsArray().Single(unit => unit!["unitId"]!.GetValue<string>() == Units[client].Unit);
            Assert.Contains(unit!["exact"]!["occupied"]!.GetValue<int>(), allowed);
        }
    }

    private static async Task EachHoldBelongsToOneOffer(PlekClient desk)
    {
        var capacity = await desk.CallAsync("CapacityService/GetCapacity", """{"facilityId":"de-kade"}""");
        var offered = await desk.CallAsync("PlacementService/ListRequests", """{"filter":{"phases":["PLACEMENT_PHASE_OFFERED"]}}""");
        var holds = (capacity["holds"]?.AsArray() ?? []).Select(hold => hold!["requestId"]!.GetValue<string>()).ToList();
        Assert.Equal((offered["requests"]?.AsArray() ?? []).Select(request => request!["requestId"]!.GetValue<string>()).Order(), holds.Order());

        var exact = capacity["capacity"]!.AsArray().Single(unit => unit!["unitId"]!.GetValue<string>() == "de-kade-oud")!["exact"]!;
        int Number(string name) => exact[name]?.GetValue<int>() ?? 0;
        Assert.Equal(holds.Count, Number("held"));
        Assert.True(Number("occupied") + Number("held") <= Number("operable"), exact.ToJsonString());
    }

    private async Task EachAcknowledgedCommandGetsItsAnswerAgain(PlekClient desk)
    {
        var before = await PositionAsync(desk);
        foreach (var sent in _sent.Values.Where(sent => sent.Told is { Accepted: true }))
        {
            var again = await desk.CallAsync(sent.Method, sent.Json);
            Assert.Equal(sent.Told!.Position, again["position"]!.GetValue<string>());
        }
        Assert.Equal(before, await PositionAsync(desk));
    }

    private int Accepted() => _sent.Values.Count(sent => sent.Told is { Accepted: true });

    private async Task TheLogHoldsNothingElse(long imported)
    {
        await using var log = SqliteStore.Open(Path.Combine(_folder, "log.db"));
        Assert.Null(await ChainCheck.FirstBrokenAsync(log, default));
        var commands = new Dictionary<string, long>();
        for (var at = imported; ;)
        {
            var events = await log.ReadFeedAsync(at, 1_000, default);
            if (events.IsEmpty) break;
            at = events[^1].Position;
            foreach (var stored in events)
            {
                using var json = JsonDocument.Parse(stored.Data);
                if (json.RootElement.GetProperty("by").GetString() == Origin.Self) continue; // A facility's own clock: nobody sends that.
                commands[json.RootElement.GetProperty("command").GetString()!] = stored.Position;
            }
        }
        foreach (var (id, position) in commands)
        {
            Assert.True(_sent.TryGetValue(id, out var sent), $"Nobody sent {id}.");
            if (sent.Told is not null) Assert.Equal((true, $"{position}"), (sent.Told.Accepted, sent.Told.Position));
        }
        Assert.Empty(_sent.Where(sent => sent.Value.Told is { Accepted: true }).Select(sent => sent.Key).Except(commands.Keys));
    }

    private static async Task<long> PositionAsync(PlekClient desk) =>
        long.Parse((await desk.CallAsync("RegionService/GetRegion", "{}"))["position"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="Json">With the command's id.</param>
    private sealed record Sent(string Method, string Json)
    {
        /// <summary>Null: it was under way when the process died.</summary>
        public Told? Told { get; set; }
    }
}
