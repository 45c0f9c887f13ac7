using System.Collections.Immutable;
using System.Text.Json;
using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;

namespace Gateway.Services;

/// <summary>One command on its way: what it names is kept in the vault first, then its step is asked until it is answered.</summary>
/// <remarks>For one call. What it keeps gets references of its own, which no other try of the same command shares; so what its step did not
/// write (a refusal, an answer that was recorded before, "already so") is erased again. After an unknown outcome everything stays.</remarks>
public sealed class Writing(IGrains grains, IVault vault, Permit permit, Command command, DateTimeOffset at, Person? said)
{
    // A plan grows old only when somebody changes the same request or facility meanwhile.
    private const int PlansMax = 8;

    // Another try's references must not be ours: erasing ours would take the words from an event of its.
    private readonly CommandKey _keeping = new(command.Key.Caller, $"{command.Key.Id}/{Guid.NewGuid():N}");
    private readonly List<TextRef> _texts = [];
    private readonly List<PersonRef> _persons = [];
    private PersonRef? _saidBy;
    private Origin? _origin;

    /// <summary>When it happened in the world; never later than the call.</summary>
    public DateTimeOffset At => at;

    public Command Command => command;

    /// <summary>Who agrees, when somebody must: whom the desk speaks for, or else the caller itself.</summary>
    public async ValueTask<PersonRef> AgreedByAsync() => await SaidByAsync() ?? new(permit.Caller.Id);

    /// <summary>Who, in which role, by which way, when.</summary>
    public async ValueTask<Origin> OriginAsync() => _origin ??= permit.Origin(at, await SaidByAsync());

    public async ValueTask<TextRef?> KeepAsync(string? text)
    {
        if (text is null) return null;
        var kept = await vault.KeepTextAsync(_keeping, _texts.Count, text, permit.Cancel);
        _texts.Add(kept);
        return kept;
    }

    public async ValueTask<PersonRef?> KeepAsync(Person? person)
    {
        if (person is null) return null;
        var kept = await vault.KeepPersonAsync(_keeping, _persons.Count, person, permit.Cancel);
        _persons.Add(kept);
        return kept;
    }

    /// <summary>Asks one grain.</summary>
    public async ValueTask<Answer.Accepted> AskAsync(StreamId stream, object order)
    {
        var step = new Step(command, await OriginAsync(), stream, [new(stream, order)]);
        return await AskAsync(() => new(step));
    }

    /// <summary>Asks what is planned from states as read; plans again when they have moved on.</summary>
    /// <param name="explain">What the gateway knows to add to a refusal.</param>
    /// <exception cref="RpcException">The refusal, as the caller is told it.</exception>
    public async ValueTask<Answer.Accepted> AskAsync(Func<ValueTask<Step>> plan, Func<Refusal, Refusal>? explain = null)
    {
        for (var i = 0; i < PlansMax; i++)
        {
            switch (await grains.AskAsync(await plan(), permit.Cancel))
            {
                case Answer.Accepted accepted:
                    await EraseAllButAsync(accepted.Facts);
                    return accepted;
                case Answer.Refused refused:
                    await EraseAllButAsync([]);
                    throw (explain?.Invoke(refused.Refusal) ?? refused.Refusal).ToRpcException();
            }
        }
        throw new StoreUnavailableException($"What was asked about changed under {PlansMax} plans in a row.");
    }

    /// <summary>Refuses before anything is asked; but a command that was accepted before keeps its answer.</summary>
    public async ValueTask<Answer.Accepted> RefuseAsync(RpcException refusal)
    {
        var before = await grains.FindAsync(command, permit.Cancel);
        await EraseAllButAsync((before as Answer.Accepted)?.Facts ?? []);
        return before switch
        {
            Answer.Accepted accepted => accepted,
            Answer.Refused other => throw other.Refusal.ToRpcException(),
            _ => throw refusal,
        };
    }

    /// <summary>Not cancelled with the call: nobody comes back for what stays.</summary>
    private async ValueTask EraseAllButAsync(ImmutableArray<Fact> facts)
    {
        if (_texts.Count + _persons.Count == 0) return;
        var written = string.Concat(facts.Select(fact => $"{fact.Origin.SaidBy} {JsonSerializer.Serialize(fact.Event, fact.Event.GetType(), EventJson.Options)}\n"));
        foreach (var text in _texts)
            if (!written.Contains(text.Id, StringComparison.Ordinal)) await vault.EraseTextAsync(text, CancellationToken.None);
        foreach (var person in _persons)
            if (!written.Contains(person.Id, StringComparison.Ordinal)) await vault.ErasePersonAsync(person, CancellationToken.None);
    }

    private async ValueTask<PersonRef?> SaidByAsync() => _saidBy ??= await KeepAsync(said);
}
