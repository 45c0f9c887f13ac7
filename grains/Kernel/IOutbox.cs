using System.Collections.Immutable;

namespace Grains.Kernel;

/// <summary>What must still be sent, to whom, and what could not be. Apart from the log: losing it loses notifications that were not sent yet, and no fact.</summary>
/// <remarks>What a member changes is durable when it ends. Members are safe to call at the same time. Every implementation passes
/// <c>tests/Store.Contract</c>. A failing outbox is a <see cref="StoreUnavailableException"/>.</remarks>
public interface IOutbox : IAsyncDisposable
{
    /// <summary>Puts a notice in for each target. The same effect to the same target is one delivery, however often it is put in.</summary>
    ValueTask AddAsync(Notice notice, ImmutableArray<string> targets, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Leases at most <paramref name="max"/> deliveries that are due, and of each target at most one at a time: the one put in first.</summary>
    /// <remarks>Whoever is neither sent nor failed when its lease ends can be claimed again, so a dead sender loses nothing.</remarks>
    ValueTask<ImmutableArray<Delivery>> ClaimAsync(DateTimeOffset now, DateTimeOffset leaseUntil, int max, CancellationToken cancel);

    /// <summary>The target has it.</summary>
    ValueTask SentAsync(long id, DateTimeOffset now, CancellationToken cancel);

    /// <param name="reason">In a few words that name nobody.</param>
    /// <param name="again">When to try again; null: never by itself.</param>
    ValueTask FailedAsync(long id, string reason, DateTimeOffset? again, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Deliveries that were given up, the latest first.</summary>
    ValueTask<ImmutableArray<DeadLetter>> DeadLettersAsync(int max, CancellationToken cancel);

    /// <summary>Tries a delivery that was given up anew, as if it had never been tried. One that is not given up stays as it is.</summary>
    /// <returns>False when there is no such delivery.</returns>
    ValueTask<bool> RetryAsync(long id, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Forgets what was sent or given up before an instant.</summary>
    ValueTask ForgetAsync(DateTimeOffset before, CancellationToken cancel);

    /// <summary>Keeps a subscriber, or replaces the one of the same reference.</summary>
    ValueTask SubscribeAsync(PushSubscriber subscriber, CancellationToken cancel);

    ValueTask UnsubscribeAsync(TextRef subscription, CancellationToken cancel);

    ValueTask<ImmutableArray<PushSubscriber>> SubscribersAsync(CancellationToken cancel);
}

/// <summary>What is told of an alarm: nothing about a child.</summary>
/// <param name="Id">The effect's, which is the alarm's.</param>
public sealed record Notice(string Id, string Kind, StreamId Subject, string Owner, DateTimeOffset RaisedAt);

/// <param name="Target">A name of the notification file, or <c>push/</c> and a subscription.</param>
/// <param name="Tries">How often it was tried and failed.</param>
public sealed record Delivery(long Id, string Target, Notice Notice, int Tries);

public sealed record DeadLetter(Delivery Delivery, string Reason, DateTimeOffset At);

/// <summary>Whose browser wants to be told. Endpoint and keys stand in the vault, under the reference.</summary>
/// <param name="Roles">At the time of subscribing, by name.</param>
public sealed record PushSubscriber(TextRef Subscription, string Caller, ImmutableArray<string> Roles, string? Provider, DateTimeOffset Until);
