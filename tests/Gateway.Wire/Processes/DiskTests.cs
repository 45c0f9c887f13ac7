using System.Diagnostics;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>A full disk stops writes, and only writes, and only as long as it is full.</summary>
[Collection("A real process")]
public sealed class DiskTests
{
    private const int WritesMax = 2_000; // A few hundred fill what room a file keeps for itself.

    [Fact]
    public async Task A_write_that_fails_in_the_disk_ends_the_process_so_that_it_is_started_again()
    {
        const string Before = """{"commandId":"before","facilityId":"de-werf","unitId":"de-werf-noord","occupied":8,"saidBy":{"name":"Ann"} }""";
        const string Lost = """{"commandId":"lost","facilityId":"de-werf","unitId":"de-werf-noord","occupied":9,"saidBy":{"name":"Ann"} }""";
        var folder = Directory.CreateTempSubdirectory("plek-broken-").FullName;
        Told before;
        await using (var plek = await PlekProcess.StartAsync(folder))
        {
            var desk = await plek.AsDeskAsync();
            before = await desk.AskAsync("ProviderService/ReportBeds", Before);
            Assert.True(before.Accepted);

            await plek.FailWritesAsync();
            var told = await desk.AskAsync("ProviderService/ReportBeds", Lost);
            Assert.Equal((503, "unavailable"), (told.Status, told.Code));
            Assert.Equal(2, await plek.EndAsync(TimeSpan.FromSeconds(20)));
            Assert.Contains("crit: Plek[0] nothing can be written any more, so this process ends; start it again.", plek.Text, StringComparison.Ordinal);
        }

        await using (var again = await PlekProcess.StartAsync(folder))
        {
            var desk = await again.AsDeskAsync();
            Assert.Equal(before.Position, (await desk.AskAsync("ProviderService/ReportBeds", Before)).Position);
            Assert.True((await desk.AskAsync("ProviderService/ReportBeds", Lost)).Accepted);
        }
        Directory.Delete(folder, recursive: true);
    }

    [SmallDiskFact]
    public async Task Answers_unavailable_while_the_disk_is_full_and_loses_nothing()
    {
        using var disk = SmallDisk.Mount("rw");
        var accepted = new List<(string Report, string Position)>();
        var n = 0;
        await using (var plek = await PlekProcess.StartAsync(disk.Folder))
        {
            var desk = await plek.AsDeskAsync();
            for (var i = 0; i < 20; i++) Assert.True((await ReportAsync(desk)).Accepted);

            disk.Fill();
            Told told;
            do told = await ReportAsync(desk);
            while (told.Accepted && n < WritesMax);
            Assert.Equal((503, "unavailable", "STORE_UNAVAILABLE"), (told.Status, told.Code, told.Reason));
            for (var i = 0; i < 5; i++) Assert.Equal("unavailable", (await ReportAsync(desk)).Code);
            var overview = await desk.CallAsync("CapacityService/GetOverview", $$"""{"atLeastPosition":"{{accepted[^1].Position}}"}""");
            Assert.NotEmpty(overview["totals"]!.AsArray());

            disk.MakeRoom();
            var begun = Stopwatch.GetTimestamp();
            while (!(await ReportAsync(desk)).Accepted)
            {
                Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromSeconds(10), plek.Text);
                await Task.Delay(PlekProcess.Pause);
            }
            for (var i = 0; i < 20; i++) Assert.True((await ReportAsync(desk)).Accepted);
            await plek.KillAsync();
        }

        await using var again = await PlekProcess.StartAsync(disk.Folder);
        var client = await again.AsDeskAsync();
        foreach (var (report, position) in accepted) Assert.Equal(position, (await client.CallAsync("ProviderService/ReportBeds", report))["position"]!.GetValue<string>());

        async Task<Told> ReportAsync(PlekClient desk)
        {
            n++;
            var report = $$"""{"commandId":"full-{{n}}","facilityId":"de-werf","unitId":"de-werf-noord","occupied":{{8 + (n % 2)}},"saidBy":{"name":"Ann"} }""";
            var told = await desk.AskAsync("ProviderService/ReportBeds", report);
            if (told.Accepted) accepted.Add((report, told.Position));
            return told;
        }
    }
}
