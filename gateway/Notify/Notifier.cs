using System.Collections.Immutable;
using Gateway.Access;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Gateway.Notify;

/// <summary>Decides who is told of an alarm, and leaves the telling to the outbox: the feed never waits for anybody outside.</summary>
public sealed class Notifier(NotifyFile file, IOutbox outbox, IGrains grains, TimeProvider time)
{
    /// <summary>What a target of the outbox begins with when it is somebody's browser.</summary>
    public const string PushPrefix = "push/";

    /// <summary>Ends when the outbox holds it durably. Told again, it puts in nothing new.</summary>
    public async ValueTask TellAsync(string id, Effect.Alarm alarm, DateTimeOffset raisedAt, CancellationToken cancel)
    {
        var targets = file.Targets.Where(target => target.Wants(alarm.Kind, alarm.Owner)).Select(target => target.Name)
            .Concat(await BrowsersAsync(alarm, cancel)).ToImmutableArray();
        await outbox.AddAsync(new(id, alarm.Kind, alarm.Subject, alarm.Owner, raisedAt), targets, time.GetUtcNow(), cancel);
    }

    private async ValueTask<IEnumerable<string>> BrowsersAsync(Effect.Alarm alarm, CancellationToken cancel)
    {
        if (file.Push is null) return [];
        var (now, provider) = (time.GetUtcNow(), await ProviderAsync(alarm.Subject, cancel));
        return (await outbox.SubscribersAsync(cancel)).Where(one => one.Until > now && AlarmReveal.IsFor(alarm.Owner, provider, PrincipalOf(one)))
            .Select(one => $"{PushPrefix}{one.Subscription}");
    }

    private async ValueTask<string?> ProviderAsync(StreamId subject, CancellationToken cancel)
    {
        var facility = subject.Kind == GrainKind.Facility ? subject.Key : await LastOfferAsync(subject, cancel);
        return facility is null ? null : (await grains.ReadAsync<FacilityState>(StreamId.Facility(facility), cancel)).State.Profile?.ProviderId;
    }

    private async ValueTask<string?> LastOfferAsync(StreamId request, CancellationToken cancel)
    {
        var state = (await grains.ReadAsync<PlacementState>(request, cancel)).State;
        return (state.Live ?? state.Past.Values.LastOrDefault())?.FacilityId;
    }

    private static Principal PrincipalOf(PushSubscriber subscriber) =>
        new(subscriber.Caller, RoleSet.Of(subscriber.Roles.Select(role => RoleSet.ByName.GetValueOrDefault(role))), subscriber.Provider, []);
}
