using System.Net;
using System.Net.Http.Json;
using Gateway.Replay;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Gateway.Wire.Replay;

public sealed class SimulationTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2021, 2, 25, 21, 10, 39, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("plek-").FullName;

    [Fact]
    public void Marks_an_empty_folder_which_is_simulated_for_ever()
    {
        Assert.Null(Simulation.Check(_folder, simulated: true));
        Assert.Null(Simulation.Check(_folder, simulated: true));
        Assert.EndsWith("holds a simulation, not a region: start it with --simulated-clock, or choose another folder.", Simulation.Check(_folder, simulated: false));
    }

    [Fact]
    public void Makes_and_marks_a_folder_that_is_not_there()
    {
        var fresh = Path.Combine(_folder, "fresh");
        Assert.Null(Simulation.Check(fresh, simulated: true));
        Assert.True(File.Exists(Path.Combine(fresh, "SIMULATED")));
    }

    [Fact]
    public void Refuses_the_flag_where_there_are_real_data_and_touches_nothing()
    {
        File.WriteAllText(Path.Combine(_folder, "log.db"), "");
        Assert.EndsWith("holds real data, whose clock must be real: choose an empty folder for --simulated-clock.", Simulation.Check(_folder, simulated: true));
        Assert.Null(Simulation.Check(_folder, simulated: false));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("2021-03-05T00:21:59-05:00", HttpStatusCode.OK)]
    [InlineData("2021-03-05T05:21:59Z", HttpStatusCode.OK)]
    [InlineData("2021-01-01T00:00:00Z", HttpStatusCode.Conflict)]
    [InlineData("2021-03-05T05:21:59", HttpStatusCode.BadRequest)]
    [InlineData("tomorrow", HttpStatusCode.BadRequest)]
    public async Task Moves_the_clock_when_it_is_asked_for_an_instant_ahead(string now, HttpStatusCode status)
    {
        var clock = new SimulatedClock(Start);
        await using var app = await StartAsync(clock);
        using var client = new HttpClient();
        using var body = JsonContent.Create(new { now });
        await body.LoadIntoBufferAsync();
        using var answer = await client.PostAsync(new Uri($"{app.Urls.Single()}/simulation/clock?admin"), body);
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK, clock.GetUtcNow() >= new DateTimeOffset(2021, 3, 5, 5, 21, 59, TimeSpan.Zero));
    }

    [Fact]
    public async Task Lets_only_a_region_admin_move_it()
    {
        await using var app = await StartAsync(new(Start));
        using var client = new HttpClient();
        using var body = JsonContent.Create(new { now = Start.AddDays(1) });
        using var answer = await client.PostAsync(new Uri($"{app.Urls.Single()}/simulation/clock"), body);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<WebApplication> StartAsync(SimulatedClock clock)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapSimulationClock(clock, http => new(http.Request.QueryString.Value == "?admin"));
        await app.StartAsync();
        return app;
    }
}
