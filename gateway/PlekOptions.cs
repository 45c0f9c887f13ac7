using System.Globalization;
using System.Net;

namespace Gateway;

/// <summary>How this process serves. Read once at start from the command line, or from the environment as PLEK_PORT and so on; the command line wins.
/// A wrong value stops the start with one line.</summary>
public sealed record PlekOptions
{
    /// <summary><c>--listen</c>: the address to listen on. Default localhost; another needs an issuer.</summary>
    public string Listen { get; init; } = "localhost";

    /// <summary><c>--port</c>: web and Connect over HTTP/1.1; with a certificate everything, over TLS. 1 to 65535, default 8080; 0 takes a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary><c>--grpc-port</c>: gRPC over HTTP/2 without TLS. 1 to 65535, default 8081; 0 takes a free one. Unused with a certificate.</summary>
    public int GrpcPort { get; init; } = 8081;

    /// <summary><c>--data</c>: the folder that holds everything. Default <c>data</c>.</summary>
    public string Data { get; init; } = "data";

    /// <summary><c>--region</c>: a folder of region files to import when the log is empty; <c>none</c> starts empty. Default: the sample region.</summary>
    public string Region { get; init; } = Path.Combine(AppContext.BaseDirectory, "regions", "zuid-holland-zuid");

    /// <summary><c>--certificate</c>: a PEM file with certificate and chain; one port with TLS then.</summary>
    public string? Certificate { get; init; }

    /// <summary><c>--certificate-key</c>: the PEM file of its key. Default: the certificate's file.</summary>
    public string? CertificateKey { get; init; }

    /// <summary><c>--issuer</c>: the OIDC issuer whose tokens are believed, an https address. Default none: a trial on this machine.</summary>
    public Uri? Issuer { get; init; }

    /// <summary><c>--audience</c>: what its tokens must be meant for. Default plek.</summary>
    public string Audience { get; init; } = "plek";

    /// <summary><c>--simulated-clock</c>: start with a clock that stands at this instant and moves when it is told to. Only on data marked as simulated.</summary>
    public DateTimeOffset? SimulatedClock { get; init; }

    /// <summary><c>--rate</c>: calls a second that one caller may make for long; twice as many at once. 1 to 1,000,000, default 200.</summary>
    public int Rate { get; init; } = 200;

    /// <summary><c>--connections</c>: connections open at once; one more is closed at once. 1 to 1,000,000, default 10,000: each costs some tens of KB.</summary>
    public int Connections { get; init; } = 10_000;

    /// <summary><c>--header-seconds</c>: how long a request's headers may take to come, in seconds. 1 to 600, default 15.</summary>
    public int HeaderSeconds { get; init; } = 15;

    /// <summary><c>--idle-seconds</c>: after how long a connection without a call is closed, in seconds. 1 to 3,600, default 120.</summary>
    public int IdleSeconds { get; init; } = 120;

    /// <summary><c>--least-rate</c>: the bytes a second below which a body that comes, or an answer that is taken, is given up after 5 s of grace.
    /// 1 to 1,000,000, default 240, Kestrel's own.</summary>
    public int LeastRate { get; init; } = 240;

    /// <summary><c>--notify</c>: the file that says who is told of alarms outside the program. Default none: nobody. docs/notifications.md describes it.</summary>
    public string? Notify { get; init; }

    private static readonly string[] Names =
    [
        "listen", "port", "grpc-port", "data", "region", "certificate", "certificate-key", "issuer", "audience", "simulated-clock", "rate",
        "connections", "header-seconds", "idle-seconds", "least-rate", "notify",
    ];

    /// <exception cref="WrongOptionException">In one line, what is wrong.</exception>
    public static PlekOptions Parse(ReadOnlySpan<string> args, Func<string, string?> environment)
    {
        var given = Names.Select(name => (name, value: environment($"PLEK_{name.Replace('-', '_').ToUpperInvariant()}")))
            .Where(pair => pair.value is { Length: > 0 }).ToDictionary(pair => pair.name, pair => pair.value!, StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !Names.Contains(name[2..])) throw new WrongOptionException($"{name} is not an option. Options are --{string.Join(", --", Names)}.");
            if (value is null && ++i == args.Length) throw new WrongOptionException($"{name} needs a value.");
            given[name[2..]] = value ?? args[i];
        }

        var options = new PlekOptions();
        return options with
        {
            Listen = !given.TryGetValue("listen", out var listen) || listen == "localhost" || IPAddress.TryParse(listen, out _)
                ? listen ?? options.Listen : throw Wrong("listen", listen, "localhost or an IP address"),
            Port = Number("port", options.Port, 0, 65_535),
            GrpcPort = Number("grpc-port", options.GrpcPort, 0, 65_535),
            Data = given.GetValueOrDefault("data", options.Data),
            Region = given.GetValueOrDefault("region", options.Region),
            Notify = given.GetValueOrDefault("notify"),
            Certificate = given.GetValueOrDefault("certificate"),
            CertificateKey = given.GetValueOrDefault("certificate-key"),
            Issuer = given.TryGetValue("issuer", out var issuer)
                ? Uri.TryCreate(issuer, UriKind.Absolute, out var uri) ? uri : throw Wrong("issuer", issuer, "an https address") : null,
            Audience = given.GetValueOrDefault("audience", options.Audience),
            SimulatedClock = given.TryGetValue("simulated-clock", out var instant)
                ? DateTimeOffset.TryParse(instant, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                    ? at.ToUniversalTime() : throw Wrong("simulated-clock", instant, "an instant such as 2021-02-25T00:00:00Z") : null,
            Rate = Number("rate", options.Rate, 1, 1_000_000),
            Connections = Number("connections", options.Connections, 1, 1_000_000),
            HeaderSeconds = Number("header-seconds", options.HeaderSeconds, 1, 600),
            IdleSeconds = Number("idle-seconds", options.IdleSeconds, 1, 3_600),
            LeastRate = Number("least-rate", options.LeastRate, 1, 1_000_000),
        };

        int Number(string name, int otherwise, int minimum, int maximum) =>
            !given.TryGetValue(name, out var text) ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= minimum && number <= maximum ? number
            : throw Wrong(name, text, $"a number from {minimum} to {maximum}");
    }

    /// <summary>Makes the folder of data when it is not there; later writes say for themselves what is wrong.</summary>
    /// <exception cref="WrongOptionException">It cannot be made.</exception>
    public static void MakeData(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new WrongOptionException($"--data {folder} cannot be written: {e.Message}");
        }
    }

    /// <summary>The addresses that Kestrel listens on.</summary>
    public IEnumerable<string> Addresses => Certificate is not null
        ? [$"https://{Listen}:{Port}"]
        : [$"http://{Listen}:{Port}", $"http://{Listen}:{GrpcPort}"];

    private static WrongOptionException Wrong(string name, string value, string allowed) => new($"--{name} is {value}; it must be {allowed}.");
}

/// <summary>The process cannot start as asked; the message is one line for whoever started it.</summary>
public sealed class WrongOptionException(string message) : Exception(message);
