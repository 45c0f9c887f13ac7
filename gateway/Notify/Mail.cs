using System.Net;
using System.Net.Mail;
using Grains.Kernel;

namespace Gateway.Notify;

/// <summary>Tells an address by e-mail, through the region's own server.</summary>
public sealed class Mail(NotifyFile file)
{
    public async Task<Sent> SendAsync(NotifyTarget target, Notice notice, CancellationToken cancel)
    {
        var server = file.Smtp!;
        using var smtp = new SmtpClient(server.Host, server.Port) { EnableSsl = server.Tls };
        if (server.User is { } user) smtp.Credentials = new NetworkCredential(user, file.SmtpPassword);
        using var message = new MailMessage(server.From, target.Email!, $"Plek-alarm: {notice.Kind}", $"""
            Soort: {notice.Kind}
            Over: {notice.Subject}
            Voor: {notice.Owner}
            Sinds: {notice.RaisedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC

            {Payload.LinkTo(notice, file.Link)}
            """);
        // The same for every try, so that a mailbox can tell one that comes twice.
        message.Headers.Add("Message-ID", $"<{notice.Id}.{target.Name}@{new MailAddress(server.From).Host}>");
        message.Headers.Add("Plek-Id", notice.Id);
        try
        {
            await smtp.SendMailAsync(message, cancel);
            return new Sent.Received();
        }
        catch (SmtpException e)
        {
            return new Sent.Failed($"SMTP {e.StatusCode}"); // Its text may repeat the address.
        }
    }
}
