using Gateway.Services;
using Grains.Kernel;

namespace Gateway.Notify;

/// <summary>Everything that tells people of alarms outside the program, put together.</summary>
public sealed class Notifications : IDisposable
{
    private readonly Webhook _webhook;
    private readonly WebPush _push;
    private readonly Vapid _vapid;

    /// <param name="keyFile">Where the key stands that browsers subscribe to; made when it is not there.</param>
    /// <param name="time">Real time.</param>
    public Notifications(NotifyFile file, string keyFile, IOutbox outbox, IGrains grains, IVault vault, TimeProvider time)
    {
        _vapid = new(keyFile);
        (_webhook, _push) = (new(file, time), new(file, vault, outbox, _vapid, time));
        Notifier = new(file, outbox, grains, time);
        Sender = new(file, outbox, _webhook, new(file), _push, time);
        Desk = new(file, outbox, vault, _push, _vapid, time);
    }

    public Notifier Notifier { get; }
    public Sender Sender { get; }
    public NotifyDesk Desk { get; }

    public void Dispose()
    {
        _webhook.Dispose();
        _push.Dispose();
        _vapid.Dispose();
    }
}
