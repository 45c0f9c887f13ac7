using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plek.V1;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>Connections of the real program: bounded in number and patience, and with a certificate one port for everything.</summary>
[Collection("A real process")]
public sealed class ConnectionTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly string _folder = Directory.CreateTempSubdirectory("plek-connections-").FullName;

    [Fact]
    public async Task Closes_a_connection_too_many_and_serves_again_when_others_have_gone()
    {
        await using var plek = await PlekProcess.StartAsync(_folder, "--region", "none", "--connections", "5");
        var open = new List<TcpClient>();
        for (var i = 0; i < 6; i++) open.Add(await ConnectAsync(plek));
        Assert.True(await await Task.WhenAny(open.Select(client => IsClosedAsync(client, Patience)))); // Any of them: they are not counted in the order they came.

        foreach (var client in open) client.Dispose();
        using var http = new HttpClient();
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(PlekProcess.Pause))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Patience, "No connection became free.");
            try
            {
                if ((await http.GetAsync(new Uri(plek.Address, "/healthz/live"))).StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException)
            {
                // Still counted; the others' ends have not arrived.
            }
        }
    }

    [Theory]
    [InlineData("--header-seconds", "POST / HTTP/1.1\r\nHost: loc")]
    [InlineData("--idle-seconds", "GET /healthz/live HTTP/1.1\r\nHost: localhost\r\n\r\n")]
    public async Task Closes_a_connection_on_which_nothing_more_comes(string option, string sent)
    {
        await using var plek = await PlekProcess.StartAsync(_folder, "--region", "none", option, "1");
        using var client = await ConnectAsync(plek);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(sent));
        Assert.True(await IsClosedAsync(client, TimeSpan.FromSeconds(10))); // The default of either is longer.
    }

    [Fact]
    public async Task Gives_up_a_body_that_comes_too_slowly()
    {
        await using var plek = await PlekProcess.StartAsync(_folder, "--region", "none", "--least-rate", "1000000");
        var token = await PlekProcess.TokenAsync(_folder, "--role", "CrisisDesk", "--name", "Desk");
        using var client = await ConnectAsync(plek);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /plek.v1.RegionService/GetRegion HTTP/1.1\r\nHost: localhost\r\nauthorization: Bearer {token}\r\ncontent-type: application/json\r\ncontent-length: 3\r\n\r\n{{"));
        Assert.True(await IsClosedAsync(client, Patience)); // After the grace of 5 s; without a rate it would be waited for.
    }

    [Fact]
    public async Task Speaks_gRPC_and_Connect_over_one_port_with_TLS()
    {
        using var certificate = SelfSigned(out var pem);
        var file = Path.Combine(_folder, "certificate.pem");
        await File.WriteAllTextAsync(file, pem);
        await using var plek = await PlekProcess.StartAsync(_folder, "--certificate", file);
        Assert.Equal(Uri.UriSchemeHttps, plek.Address.Scheme);
        Assert.DoesNotContain(" and http", plek.Text, StringComparison.Ordinal);

        Assert.Equal(SslApplicationProtocol.Http2, await NegotiateAsync(plek, certificate, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11));
        Assert.Equal(SslApplicationProtocol.Http11, await NegotiateAsync(plek, certificate, SslApplicationProtocol.Http11));

        var token = await PlekProcess.TokenAsync(_folder, "--role", "CrisisDesk", "--name", "Desk");
        using var http = new HttpClient(new SocketsHttpHandler { SslOptions = Believing(certificate) });
        const string Method = "/plek.v1.CapacityService/GetCapacity";
        var headers = ("authorization", $"Bearer {token}");

        using var grpc = await http.SendAsync(Wire.Post(plek.Address, Method, "application/grpc", Wire.Envelope(new GetCapacityRequest { FacilityId = "de-kade" }), headers));
        var (_, message) = Assert.Single(Wire.Envelopes(await grpc.Content.ReadAsByteArrayAsync()));
        Assert.Equal((HttpVersion.Version20, "0"), (grpc.Version, grpc.TrailingHeaders.GetValues("grpc-status").Single()));
        Assert.Equal("de-kade", GetCapacityResponse.Parser.ParseFrom(message).Facility.FacilityId);

        using var connect = await http.SendAsync(Wire.Post(plek.Address, Method, "application/json", "{\"facilityId\":\"de-kade\"}"u8.ToArray(), headers));
        Assert.Equal((HttpVersion.Version11, HttpStatusCode.OK), (connect.Version, connect.StatusCode));
        Assert.Contains("\"facilityId\":\"de-kade\"", (await connect.Content.ReadAsStringAsync()).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task<TcpClient> ConnectAsync(PlekProcess plek)
    {
        var client = new TcpClient();
        await client.ConnectAsync(plek.Address.Host, plek.Address.Port);
        return client;
    }

    private static async Task<bool> IsClosedAsync(TcpClient client, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        var buffer = new byte[4096];
        try
        {
            while (await client.GetStream().ReadAsync(buffer, late.Token) > 0)
            {
                // What it says first does not matter.
            }
            return true;
        }
        catch (IOException)
        {
            return true; // Closed by a reset.
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task<SslApplicationProtocol> NegotiateAsync(PlekProcess plek, X509Certificate2 certificate, params SslApplicationProtocol[] offered)
    {
        using var client = await ConnectAsync(plek);
        await using var tls = new SslStream(client.GetStream());
        var options = Believing(certificate);
        (options.TargetHost, options.ApplicationProtocols) = ("localhost", [.. offered]);
        await tls.AuthenticateAsClientAsync(options);
        Assert.True(tls.SslProtocol >= SslProtocols.Tls12);
        return tls.NegotiatedApplicationProtocol;
    }

    /// <summary>Believes this certificate and no other.</summary>
    private static SslClientAuthenticationOptions Believing(X509Certificate2 certificate) => new()
    {
        RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(certificate.RawData),
    };

    private static X509Certificate2 SelfSigned(out string pem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        pem = $"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n";
        return certificate;
    }
}
