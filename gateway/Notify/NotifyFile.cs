using System.Collections.Immutable;
using System.Net.Mail;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Notify;

/// <summary>Who is told of which alarms, and by which way: the file of <c>--notify</c>, described in docs/notifications.md. Read once at start.</summary>
public sealed record NotifyFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>Nobody is told outside the program.</summary>
    public static readonly NotifyFile None = new();

    /// <summary>Where people open Plek; what an alarm is about is added to it, such as <c>placement/abc</c>.</summary>
    public Uri Link { get; init; } = new("http://localhost:8080/#/");

    /// <summary>How often a delivery is tried before it is given up. 1 to 20, default 10: about half an hour.</summary>
    public int Tries { get; init; } = 10;

    public ImmutableArray<NotifyTarget> Targets { get; init; } = [];
    public SmtpServer? Smtp { get; init; }
    public PushSender? Push { get; init; }

    /// <summary>For tests alone: push endpoints on this machine, over http too.</summary>
    public bool LoopbackForTests { get; init; }

    /// <summary>The bytes that sign what a webhook gets, by the target's name.</summary>
    [JsonIgnore] public ImmutableDictionary<string, byte[]> Secrets { get; private init; } = ImmutableDictionary<string, byte[]>.Empty;

    [JsonIgnore] public string? SmtpPassword { get; private init; }

    /// <exception cref="WrongOptionException">In one line, what is wrong.</exception>
    public static NotifyFile Read(string path)
    {
        try
        {
            var file = JsonSerializer.Deserialize<NotifyFile>(File.ReadAllText(path), Json) ?? throw new JsonException("it is empty");
            if (file.Wrong() is { } wrong) throw Wrong(path, wrong);
            return file with
            {
                Secrets = file.Targets.Where(target => target.Webhook is not null).ToImmutableDictionary(target => target.Name, target => Secret(path, target)),
                SmtpPassword = file.Smtp?.PasswordFile is { } password ? File.ReadAllText(password).Trim() : null,
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            throw Wrong(path, e.Message);
        }
    }

    private string? Wrong()
    {
        if (Tries is < 1 or > 20) return "tries must be 1 to 20";
        if (!Link.IsAbsoluteUri) return "link must be an absolute address";
        if (Targets.GroupBy(target => target.Name).FirstOrDefault(same => same.Count() > 1) is { } twice) return $"there are two targets called {twice.Key}";
        if (Targets.Select(target => target.Wrong()).FirstOrDefault(wrong => wrong is not null) is { } wrong) return wrong;
        if (Targets.Any(target => target.Email is not null) && Smtp is null) return "an e-mail target needs smtp";
        if (Smtp is { } smtp && (smtp.Host.Length == 0 || smtp.Port is < 1 or > 65_535 || !MailAddress.TryCreate(smtp.From, out _))) return "smtp needs host, port 1 to 65535 and from";
        if (Push is { } push && !push.Subject.StartsWith("mailto:", StringComparison.Ordinal) && !push.Subject.StartsWith("https:", StringComparison.Ordinal))
            return "push.subject must be a mailto: or https: address, for whoever runs the push service to reach you";
        return null;
    }

    private static byte[] Secret(string path, NotifyTarget target)
    {
        var secret = Encoding.UTF8.GetBytes(File.ReadAllText(target.SecretFile!).Trim());
        return secret.Length >= NotifyTarget.SecretBytesMin ? secret : throw Wrong(path, $"the secret of {target.Name} must have at least {NotifyTarget.SecretBytesMin} characters");
    }

    private static WrongOptionException Wrong(string path, string what) => new($"--notify {path} cannot be used: {what.ReplaceLineEndings(" ")}.");
}

/// <param name="Name">1 to 40 characters of a-z, 0-9 and '-'; dead letters carry it.</param>
/// <param name="Email">An address, or null.</param>
/// <param name="Webhook">An https address, or http on this machine; or null. One of the two is given.</param>
/// <param name="SecretFile">Holds what signs the webhook, at least 32 characters.</param>
/// <param name="Kinds">Which alarms; none: all.</param>
/// <param name="Owners">Whose alarms, by the owner's role; none: all, also those that a person owns.</param>
public sealed record NotifyTarget(string Name, string? Email, Uri? Webhook, string? SecretFile, ImmutableArray<string> Kinds, ImmutableArray<string> Owners)
{
    public const int SecretBytesMin = 32;
    private const int NameCharsMax = 40;

    public bool Wants(string kind, string owner) => (Kinds.IsDefaultOrEmpty || Kinds.Contains(kind)) && (Owners.IsDefaultOrEmpty || Owners.Contains(owner));

    internal string? Wrong() =>
        Name is not { Length: >= 1 and <= NameCharsMax } || !Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
            ? $"a target's name must have 1 to {NameCharsMax} characters of a-z, 0-9 and '-'"
        : Email is null == Webhook is null ? $"{Name} must have either email or webhook"
        : Email is not null && !MailAddress.TryCreate(Email, out _) ? $"{Name}: email is no address"
        : Webhook is not null && !(Webhook.IsAbsoluteUri && (Webhook.Scheme == Uri.UriSchemeHttps || (Webhook.Scheme == Uri.UriSchemeHttp && Webhook.IsLoopback)))
            ? $"{Name}: webhook must be an https address, or http on this machine"
        : Webhook is not null && SecretFile is null ? $"{Name}: a webhook needs secretFile"
        : null;
}

/// <param name="Tls">STARTTLS, before anything else is said. Default true.</param>
public sealed record SmtpServer(string Host, int Port, string From, string? User = null, string? PasswordFile = null, bool Tls = true);

/// <param name="Subject">Where whoever runs a push service reaches you: mailto: or https:.</param>
public sealed record PushSender(string Subject);
