using System.Net;
using System.Security.Cryptography;
using Gateway.Access;
using Gateway.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Plek.V1;
using Silo.Storage.Vault;

namespace Gateway.Wire;

/// <summary>One method behind a sign-in, which tells the test whom it believed.</summary>
internal sealed class SignInHost : IAsyncDisposable
{
    private readonly MemoryVault _vault = new(new MasterKey(RandomNumberGenerator.GetBytes(32)), RandomNumberGenerator.GetBytes);
    private WebApplication _app = null!;
    private Uri _address = null!;
    private Principal? _last;

    public static async Task<SignInHost> StartAsync(AccessOptions options)
    {
        var host = new SignInHost();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        host._app = builder.Build();
        var routes = new Routes().Unary<GetRegionRequest, GetRegionResponse>(RegionReflection.Descriptor.Services[0].FindMethodByName("GetRegion"), (_, call) =>
        {
            host._last = (Principal)call.Caller;
            return new(new GetRegionResponse());
        });
        var rpc = new RpcServer(routes, new()
        {
            Authenticate = new SignIn(options, host._vault, TimeProvider.System, trial: null).AuthenticateAsync,
            Authorize = (_, _) => { },
        }, NullLogger<RpcServer>.Instance);
        host._app.Use(others => http => rpc.HandleAsync(http, others));
        await host._app.StartAsync();
        host._address = new(host._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return host;
    }

    /// <summary>Whom a caller's reference leads to.</summary>
    public async Task<string?> NameOfAsync(Principal caller) => (await _vault.FindPersonAsync(new(caller.Id), default))?.Name;

    public async Task<(Principal? Principal, string Reason)> CallAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_address, "/plek.v1.RegionService/GetRegion"))
        {
            Content = new ByteArrayContent([]) { Headers = { ContentType = new("application/proto") } },
            Headers = { { "authorization", $"Bearer {token}" } },
        };
        using var response = await Wire.Client.SendAsync(request);
        return response.IsSuccessStatusCode ? (_last, "") : (null, Failure.Of(await response.Content.ReadAsByteArrayAsync()).Reason);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
