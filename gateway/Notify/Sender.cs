using System.Net.Sockets;
using Grains.Kernel;

namespace Gateway.Notify;

/// <summary>Sends what the outbox holds: to each target one at a time, to all targets side by side, and again later when one cannot be reached.</summary>
/// <param name="time">Real time, also where the domain's clock runs faster: whoever is told lives in this world.</param>
public sealed class Sender(NotifyFile file, IOutbox outbox, Webhook webhook, Mail mail, WebPush push, TimeProvider time)
{
    /// <summary>How long one try may take.</summary>
    public static readonly TimeSpan TryMax = TimeSpan.FromSeconds(10);

    /// <summary>How long what was sent, or given up, is kept.</summary>
    public static readonly TimeSpan KeptMax = TimeSpan.FromDays(30);

    private const int AtOnceMax = 64;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60); // Far more than a try takes: nobody sends beside us.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CleanEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PauseMax = TimeSpan.FromMinutes(15);

    private readonly HashSet<Task> _running = [];
    private DateTimeOffset _cleanAt = DateTimeOffset.MinValue;

    /// <summary>Runs until cancelled. What is under way then is sent again after the next start, under the same id.</summary>
    public async Task RunAsync(Action<Exception> failed, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await StartAsync(cancel);
                await CleanAsync(cancel);
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                failed(e);
            }
            await Task.WhenAny([Task.Delay(Poll, time, cancel), .. _running]);
            foreach (var ended in _running.Where(task => task.IsCompleted).ToList())
            {
                _running.Remove(ended);
                if (ended.Exception?.InnerException is { } trouble && !cancel.IsCancellationRequested) failed(trouble);
            }
        }
        await Task.WhenAll(_running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Sends once what is due now, and ends when each try has ended.</summary>
    /// <returns>How many tries there were.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancel)
    {
        var started = await StartAsync(cancel);
        await Task.WhenAll(_running);
        _running.Clear();
        return started;
    }

    /// <summary>How long to wait after so many failures: 5 s, doubled each time, at most 15 minutes.</summary>
    public static TimeSpan Pause(int failures)
    {
        var pause = FirstPause * Math.Pow(2, failures - 1);
        return pause < PauseMax ? pause : PauseMax;
    }

    private async Task<int> StartAsync(CancellationToken cancel)
    {
        if (_running.Count >= AtOnceMax) return 0;
        var now = time.GetUtcNow();
        var due = await outbox.ClaimAsync(now, now + Lease, AtOnceMax - _running.Count, cancel);
        foreach (var delivery in due) _running.Add(SendAsync(delivery, cancel));
        return due.Length;
    }

    private async Task SendAsync(Delivery delivery, CancellationToken cancel)
    {
        var sent = await TryAsync(delivery, cancel);
        var now = time.GetUtcNow();
        if (sent is not Sent.Failed failed) await outbox.SentAsync(delivery.Id, now, cancel);
        else await outbox.FailedAsync(delivery.Id, failed.Reason, delivery.Tries + 1 < file.Tries ? now + Pause(delivery.Tries + 1) : null, now, cancel);
    }

    // What went wrong is told in words of our own: an exception's text may hold an address.
    private async Task<Sent> TryAsync(Delivery delivery, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(TryMax);
        try
        {
            return await SendToAsync(delivery, patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Sent.Failed("timed out");
        }
        catch (Exception e) when (e is HttpRequestException { InnerException: ForbiddenAddressException } or ForbiddenAddressException)
        {
            return new Sent.Failed("address not allowed");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or SocketException)
        {
            return new Sent.Failed("not reached");
        }
    }

    private Task<Sent> SendToAsync(Delivery delivery, CancellationToken cancel)
    {
        if (delivery.Target.StartsWith(Notifier.PushPrefix, StringComparison.Ordinal))
            return file.Push is null ? Task.FromResult<Sent>(new Sent.Gone()) : push.SendAsync(new(delivery.Target[Notifier.PushPrefix.Length..]), delivery.Notice, cancel);
        return file.Targets.FirstOrDefault(target => target.Name == delivery.Target) switch
        {
            null => Task.FromResult<Sent>(new Sent.Failed("no such target in the notification file")),
            { Webhook: not null } target => webhook.SendAsync(target, delivery.Notice, cancel),
            var target => mail.SendAsync(target, delivery.Notice, cancel),
        };
    }

    private async ValueTask CleanAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (now < _cleanAt) return;
        _cleanAt = now + CleanEvery;
        await outbox.ForgetAsync(now - KeptMax, cancel);
        foreach (var subscriber in (await outbox.SubscribersAsync(cancel)).Where(one => one.Until <= now)) await push.EraseAsync(subscriber.Subscription, cancel);
    }
}
