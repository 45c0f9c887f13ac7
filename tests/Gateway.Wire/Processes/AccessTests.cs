using Gateway.Access;
using Plek.V1;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>Callers who are not, or no longer, who they should be; and callers who go away.</summary>
[Collection("A real process")]
public sealed class AccessTests : IDisposable
{
    private const string Overview = "CapacityService/GetOverview";
    private const int Watches = 200;

    private readonly string _folder = Directory.CreateTempSubdirectory("plek-access-").FullName;

    [Fact]
    public async Task Refuses_tokens_that_are_expired_foreign_or_of_no_known_role()
    {
        var data = Path.Combine(_folder, "data");
        await using var plek = await PlekProcess.StartAsync(data);
        await RefusesAsync("nonsense", 401, "unauthenticated", "TOKEN_INVALID");
        await RefusesAsync(Token(TimeSpan.FromHours(-3), Role.CrisisDesk), 401, "unauthenticated", "TOKEN_EXPIRED");
        await RefusesAsync(Token(TimeSpan.FromHours(2), Role.CrisisDesk), 401, "unauthenticated", "TOKEN_INVALID");
        await RefusesAsync(await PlekProcess.TokenAsync(Path.Combine(_folder, "other"), "--role", "CrisisDesk", "--name", "Ann"), 401, "unauthenticated", "TOKEN_INVALID");
        await RefusesAsync(Token(TimeSpan.Zero, (Role)99), 403, "permission_denied", "ROLE_NOT_ALLOWED");
        await (await plek.AsDeskAsync()).CallAsync(Overview, "{}");

        // Of one hour, issued so long from now.
        string Token(TimeSpan issued, Role role) => new TrialTokens(Path.Combine(data, "trial.key"))
            .Issue(new("Ann", null), [role], null, [], TimeProvider.System.GetUtcNow() + issued, TimeSpan.FromHours(1));

        async Task RefusesAsync(string token, int status, string code, string reason)
        {
            var told = await new PlekClient(plek.Address, token).AskAsync(Overview, "{}");
            Assert.Equal((status, code, reason), (told.Status, told.Code, told.Reason));
        }
    }

    [Fact]
    public async Task Forgets_two_hundred_watchers_who_vanish()
    {
        await using var plek = await PlekProcess.StartAsync(_folder);
        var desk = await plek.AsDeskAsync();
        await desk.CallAsync(Overview, "{}");
        var before = plek.OpenFiles;

        using (var http = new HttpClient(new SocketsHttpHandler()))
        {
            var watches = await Task.WhenAll(Enumerable.Range(0, Watches).Select(_ => desk.WatchAsync(http)));
            Assert.All(watches, watch => Assert.True(watch.IsSuccessStatusCode));
            Assert.True(plek.OpenFiles >= before + Watches);
            foreach (var watch in watches) watch.Dispose();
        }

        for (var wait = 0; plek.OpenFiles > before + 10; wait++)
        {
            Assert.True(wait < 500, $"{plek.OpenFiles} files are open, {before} were before anybody watched.");
            await Task.Delay(PlekProcess.Pause);
        }
        for (var i = 0; i < 50; i++) await desk.CallAsync(Overview, "{}");
        Assert.Equal(0, await plek.StopAsync(TimeSpan.FromSeconds(10)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
