using System.Collections.Immutable;
using Grains.Kernel;
using Silo.Storage;

namespace Silo.Host;

/// <remarks>From an asked step to an item on its way.</remarks>
public sealed partial class GrainHost
{
    /// <summary>Decides a step once all its grains are ready, or lets it wait for the first that is not.</summary>
    internal void Decide(PendingStep pending)
    {
        if (ReadyFor(pending) is not { } entities) return;
        try
        {
            var decided = Decide(pending.Step, entities);
            BatchLimits.Check(decided.Item); // Here, for in a batch it would stop the others too.
            Send(pending, decided);
        }
        catch (Exception bug) // A decider threw, or decided more than a store takes, before anything was sent or changed: only the caller is concerned.
        {
            pending.Fail(this, bug);
        }
    }

    internal void Read(PendingRead pending)
    {
        if (Ready(Find(pending.Stream), pending) is { } entity) pending.Answer(entity.DurableState, entity.DurableHead);
    }

    /// <returns>All grains of the step when it can be decided; otherwise null, and the step waits for the last that is being read, or has failed.</returns>
    private Entity[]? ReadyFor(PendingStep pending)
    {
        var entities = new Entity[pending.Step.Parts.Length];
        Entity? loading = null;
        for (var i = 0; i < entities.Length; i++)
        {
            var entity = entities[i] = Find(pending.Step.Parts[i].Stream);
            if (entity.Phase == EntityPhase.Stale && !entity.NeedsFence) Load(entity); // All of an import's grains at once.
            if (entity.Phase == EntityPhase.Loading && !entity.NeedsFence)
            {
                loading = entity;
            }
            else if (Ready(entity, pending) is null)
            {
                return null;
            }
            else if (entity.InFlight >= _options.MailboxMax)
            {
                pending.Fail(this, new StoreUnavailableException($"{entity.Stream} has {entity.InFlight} steps in flight."));
                return null;
            }
        }
        loading?.Waiting.Enqueue(pending);
        return loading is null ? entities : null;
    }

    private Entity Find(StreamId stream)
    {
        if (!_entities.TryGetValue(stream, out var entity)) _entities.Add(stream, entity = new(stream, _types[stream.Kind]));
        entity.LastUsed = _time.GetUtcNow();
        return entity;
    }

    /// <returns>The grain when it can be decided on; otherwise null, and the waiter has been queued or failed.</returns>
    private Entity? Ready(Entity entity, Waiter waiter)
    {
        if (entity.NeedsFence)
        {
            waiter.Fail(this, new StoreOutcomeUnknownException($"An earlier write to {entity.Stream} is not settled yet."));
            Fence(entity);
            return null;
        }
        switch (entity.Phase)
        {
            case EntityPhase.Live: return entity;
            case EntityPhase.Faulted:
                waiter.Fail(this, entity.Fault!);
                return null;
            case EntityPhase.Stale:
                Load(entity);
                entity.Waiting.Enqueue(waiter);
                return null;
            default:
                entity.Waiting.Enqueue(waiter);
                return null;
        }
    }

    private void Load(Entity entity)
    {
        entity.Phase = EntityPhase.Loading;
        _ = LoadAsync(entity);
    }

    private async Task LoadAsync(Entity entity)
    {
        try
        {
            var loaded = await _loader.LoadAsync(entity.Stream, entity.Type);
            Post(() => Loaded(entity, loaded, null));
        }
        catch (Exception failure) // Told to those who wait; only damage outlives the moment.
        {
            Post(() => Loaded(entity, null, failure));
        }
    }

    private void Loaded(Entity entity, Loaded? loaded, Exception? failure)
    {
        if (loaded is not null)
        {
            entity.Restore(loaded);
            if (entity.Stream.Kind == GrainKind.Region) Adopt(entity);
        }
        else if (failure is CorruptEventException or UnknownEventException) entity.Break(failure);
        else entity.Phase = EntityPhase.Stale;
        ResumeWaiting(entity, failure);
    }

    private void ResumeWaiting(Entity entity, Exception? failure)
    {
        for (var waiting = entity.Waiting.Count; waiting > 0; waiting--)
        {
            var waiter = entity.Waiting.Dequeue();
            if (failure is null) waiter.Resume(this);
            else waiter.Fail(this, failure);
        }
    }

    /// <summary>Every part decided on one moment: all events of all parts, or the first refusal with nothing but heads to confirm.</summary>
    private (CommitItem Item, Answer? Answer, ImmutableArray<InFlightPart> Parts) Decide(Step step, Entity[] entities)
    {
        var now = Micros.Floor(_time.GetUtcNow());
        foreach (var entity in entities) if (entity.RecordedAt > now) now = entity.RecordedAt;
        var origin = step.Origin.OccurredAt > now ? step.Origin with { OccurredAt = now } : step.Origin;
        var context = new Context(now, origin, Policy);

        var decided = new ImmutableArray<object>[entities.Length];
        for (var i = 0; i < entities.Length; i++)
        {
            var part = step.Parts[i];
            if (part.Seen is { } seen && seen != entities[i].Head) return Confirm(step, entities, now, new Answer.Outdated());
            if (part.Order is null)
            {
                decided[i] = [];
                continue;
            }
            var (events, refusal) = entities[i].Type.Decide(entities[i].State, part.Order, context);
            if (refusal is not null) return Confirm(step, entities, now, new Answer.Refused(refusal, part.Stream));
            decided[i] = events;
        }
        return Accept(step, entities, context, decided);
    }

    /// <summary>An answer that writes nothing goes the same way as one that does: it is as true as the heads that the store finds then,
    /// and rests on events in flight only if they become durable.</summary>
    private static (CommitItem, Answer?, ImmutableArray<InFlightPart>) Confirm(Step step, Entity[] entities, DateTimeOffset now, Answer answer)
    {
        var appends = entities.Select(entity => new Append(entity.Stream, entity.Head, [], Due.Keep)).ToImmutableArray();
        var parts = entities.Select(entity => new InFlightPart(entity, entity.Epoch, entity.State, entity.Head, [])).ToImmutableArray();
        return (new(appends, step.Command, Remember: false, now), answer, parts);
    }

    private (CommitItem, Answer?, ImmutableArray<InFlightPart>) Accept(Step step, Entity[] entities, Context context, ImmutableArray<object>[] decided)
    {
        var appends = ImmutableArray.CreateBuilder<Append>(entities.Length);
        var parts = ImmutableArray.CreateBuilder<InFlightPart>(entities.Length);
        for (var i = 0; i < entities.Length; i++)
        {
            var (entity, facts) = (entities[i], decided[i]);
            var state = facts.Aggregate(entity.State, entity.Type.Evolve);
            var events = facts.Select(fact => entity.Type.Json.Encode(_newId(), fact, context.Origin, step.Command.Key, context.Policy.Version)).ToImmutableArray();
            var append = new Append(entity.Stream, entity.Head, events, events.IsEmpty ? Due.Keep : Due.Next(entity.Type.Due(state, context.Policy, context.Now)));
            appends.Add(append);
            parts.Add(new(entity, entity.Epoch, state, append.HeadAfter, facts));
        }
        return (new(appends.MoveToImmutable(), step.Command, Remember: true, context.Now), null, parts.MoveToImmutable());
    }

    private void Send(PendingStep? pending, (CommitItem Item, Answer? Answer, ImmutableArray<InFlightPart> Parts) decided)
    {
        foreach (var part in decided.Parts)
        {
            (part.Entity.State, part.Entity.Head) = (part.StateAfter, part.HeadAfter);
            part.Entity.InFlight++;
        }
        _commits.Add(new(decided.Item, pending, decided.Answer, decided.Parts));
    }
}
