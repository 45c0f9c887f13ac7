using System.Text.Json;
using Grains.Kernel;

namespace Gateway.Notify;

/// <summary>What is sent, by every channel: what kind of alarm, about what, for whom, since when, and where to look. Never anything of a child.</summary>
public static class Payload
{
    public static byte[] Of(Notice notice, Uri link) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        id = notice.Id,
        kind = notice.Kind,
        subject = $"{notice.Subject}",
        owner = notice.Owner,
        raisedAt = notice.RaisedAt.UtcDateTime,
        link = LinkTo(notice, link),
    });

    public static string LinkTo(Notice notice, Uri link) => $"{link.OriginalString}{notice.Subject}";
}
