using System.Collections.Immutable;
using System.Diagnostics;
using Grains.Kernel;
using Grains.Regions;

namespace Silo.Host;

/// <remarks>From an outcome to an answer, and what every outcome means for the grains it touched.</remarks>
public sealed partial class GrainHost
{
    private const int RecallPage = 1_000;

    private void Finish(Committed committed)
    {
        _commits.Done();
        for (var i = 0; i < committed.Batch.Length; i++)
        {
            var item = committed.Batch[i];
            foreach (var part in item.Parts) part.Entity.InFlight--;
            var (outcome, failure) = committed.Ends[i];
            if (outcome is not null) Settle(item, outcome);
            else Lose(item, failure!);
        }
        if (_stopping) EndWhenDrained();
    }

    private void Settle(InFlightItem item, Outcome outcome)
    {
        switch (outcome)
        {
            case Outcome.Written written:
                foreach (var part in item.Parts) Land(part, written);
                foreach (var append in item.Item.Appends)
                    if (append.Due.At is { } at) DueSet?.Invoke(at);
                item.Pending?.Answer(this, item.Answer ?? Accepted(item, written));
                break;
            case Outcome.Conflict conflict:
                Unwind(item, conflict.Actual);
                Retry(item);
                break;
            case Outcome.Duplicate duplicate:
                Unwind(item, []);
                _ = RecallForAsync(item.Pending!, duplicate);
                break;
            default: throw new UnreachableException(outcome.GetType().Name);
        }
    }

    /// <summary>The part is durable: readers may see it. A fence or a rival may have moved the grain on to another epoch meanwhile.</summary>
    private void Land(InFlightPart part, Outcome.Written written)
    {
        var entity = part.Entity;
        if (part.Facts.IsEmpty) return;
        entity.NeedsFence = false;
        if (part.Epoch != entity.Epoch) // Decided on a commit that was thought lost and has landed after all.
        {
            entity.Drop();
            return;
        }
        (entity.DurableState, entity.DurableHead, entity.RecordedAt) = (part.StateAfter, part.HeadAfter, written.RecordedAt);
        if (entity.Stream.Kind == GrainKind.Region) Adopt(entity);
        _ = _loader.SnapshotAsync(entity);
    }

    private void Adopt(Entity region) => Policy = ((RegionState)region.DurableState).Policy;

    /// <summary>The item wrote nothing. What was decided on its events names their ids and will fail in the store by itself, so those grains
    /// and the ones that stand elsewhere are read again; a grain whose head was only confirmed goes on.</summary>
    private static void Unwind(InFlightItem item, ImmutableArray<(StreamId Stream, Head Head)> actual)
    {
        for (var i = 0; i < item.Parts.Length; i++)
        {
            var (part, append) = (item.Parts[i], item.Item.Appends[i]);
            var elsewhere = actual.Any(found => found.Stream == append.Stream && found.Head != append.After);
            if ((elsewhere || !part.Facts.IsEmpty) && part.Epoch == part.Entity.Epoch) part.Entity.Drop();
            if (part.Facts is [Fenced]) part.Entity.NeedsFence = false; // A rival's append has moved the stream, as the fence would have.
        }
    }

    private void Retry(InFlightItem item)
    {
        if (item.Pending is not { } pending) return;
        if (++pending.Attempts >= _options.AttemptsMax)
            pending.Fail(this, new StoreUnavailableException($"{pending.Step.Leader} changed under {pending.Attempts} attempts in a row."));
        else
            Decide(pending);
    }

    private void Lose(InFlightItem item, Exception failure)
    {
        foreach (var part in item.Parts.Where(part => !part.Facts.IsEmpty))
        {
            if (failure is not (StoreUnavailableException or ArgumentException)) part.Entity.NeedsFence = true;
            if (part.Epoch == part.Entity.Epoch) part.Entity.Drop();
        }
        item.Pending?.Fail(this, failure);
    }

    /// <summary>Moves a stream past a lost commit. Nothing else is answered about it until this, or a rival's append, has landed.</summary>
    private void Fence(Entity entity)
    {
        if (entity.Phase == EntityPhase.Loading || entity.InFlight > 0) return;
        entity.Phase = EntityPhase.Loading;
        _ = FenceAsync(entity);
    }

    private async Task FenceAsync(Entity entity)
    {
        try
        {
            var loaded = await _loader.LoadAsync(entity.Stream, entity.Type);
            Post(() => SendFence(entity, loaded));
        }
        catch (Exception failure) // The next who asks tries again; damage stays damage.
        {
            Post(() => Loaded(entity, null, failure));
        }
    }

    private void SendFence(Entity entity, Loaded loaded)
    {
        entity.Restore(loaded);
        var now = Micros.Floor(_time.GetUtcNow());
        var fence = new Fenced();
        var fenced = entity.Type.Json.Encode(_newId(), fence, Origin.Clock(now), new(Origin.Self, "fence"), Policy.Version);
        var append = new Append(entity.Stream, entity.Head, [fenced], Due.Next(entity.Type.Due(entity.State, Policy, now)));
        Send(null, (new([append], null, Remember: false, now), null, [new(entity, entity.Epoch, entity.State, append.HeadAfter, [fence])]));
        ResumeWaiting(entity, null);
    }

    private static Answer.Accepted Accepted(InFlightItem item, Outcome.Written written)
    {
        var facts = ImmutableArray.CreateBuilder<Fact>();
        for (var i = 0; i < item.Parts.Length; i++)
        {
            var (append, part) = (item.Item.Appends[i], item.Parts[i]);
            for (var n = 0; n < part.Facts.Length; n++)
                facts.Add(new(append.Stream, append.After.Version + n + 1, part.Facts[n], item.Pending!.Step.Origin, written.RecordedAt));
        }
        return new(written.Position, facts.DrainToImmutable());
    }

    private async Task RecallForAsync(PendingStep pending, Outcome.Duplicate recorded)
    {
        try
        {
            var answer = await RecallAsync(recorded, pending.Step.Command!, CancellationToken.None);
            Post(() => pending.Answer(this, answer));
        }
        catch (Exception failure) // The caller hears it; nothing was written.
        {
            Post(() => pending.Fail(this, failure));
        }
    }

    /// <summary>A repeated command gets the very facts that its first try wrote.</summary>
    private async ValueTask<Answer> RecallAsync(Outcome.Duplicate recorded, Command command, CancellationToken cancel)
    {
        if (!recorded.SameContent) return new Answer.Refused(new(Reason.CommandIdReused), default);
        var facts = ImmutableArray.CreateBuilder<Fact>();
        for (var after = recorded.After; after < recorded.Position;)
        {
            var page = await _store.ReadFeedAsync(after, (int)Math.Min(RecallPage, recorded.Position - after), cancel);
            if (page.IsEmpty) throw new CorruptEventException($"What command {command.Key.Id} wrote is not in the log.");
            foreach (var stored in page.Where(stored => stored.Position <= recorded.Position)) facts.Add(_types[stored.Stream.Kind].Json.Decode(stored));
            after = page[^1].Position;
        }
        return new Answer.Accepted(recorded.Position, facts.DrainToImmutable());
    }
}
