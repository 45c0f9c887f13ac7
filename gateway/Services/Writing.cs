using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;

namespace Gateway.Services;

/// <summary>One command on its way: what it names is kept in the vault first, then its step is asked until it is answered.</summary>
/// <remarks>For one call. What is kept for a command that is refused stays behind under a reference that leads nowhere.</remarks>
public sealed class Writing(IGrains grains, IVault vault, Permit permit, Command command, DateTimeOffset at, Person? said)
{
    // A plan grows old only when somebody changes the same request or facility meanwhile.
    private const int PlansMax = 8;

    private int _kept;
    private PersonRef? _saidBy;
    private Origin? _origin;

    /// <summary>When it happened in the world; never later than the call.</summary>
    public DateTimeOffset At => at;

    public Command Command => command;

    /// <summary>Who agrees, when somebody must: whom the desk speaks for, or else the caller itself.</summary>
    public async ValueTask<PersonRef> AgreedByAsync() => await SaidByAsync() ?? new(permit.Caller.Id);

    /// <summary>Who, in which role, by which way, when.</summary>
    public async ValueTask<Origin> OriginAsync() => _origin ??= permit.Origin(at, await SaidByAsync());

    // The order in which a handler keeps things is the same in each retry, so each gets the same reference.
    public async ValueTask<TextRef?> KeepAsync(string? text) => text is null ? null : await vault.KeepTextAsync(command.Key, _kept++, text, permit.Cancel);

    public async ValueTask<PersonRef?> KeepAsync(Person? person) =>
        person is null ? null : await vault.KeepPersonAsync(command.Key, _kept++, person, permit.Cancel);

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
                case Answer.Accepted accepted: return accepted;
                case Answer.Refused refused: throw (explain?.Invoke(refused.Refusal) ?? refused.Refusal).ToRpcException();
            }
        }
        throw new StoreUnavailableException($"What was asked about changed under {PlansMax} plans in a row.");
    }

    /// <summary>Refuses before anything is asked; but a command that was accepted before keeps its answer.</summary>
    public async ValueTask<Answer.Accepted> RefuseAsync(RpcException refusal) => await grains.FindAsync(command, permit.Cancel) switch
    {
        Answer.Accepted before => before,
        Answer.Refused other => throw other.Refusal.ToRpcException(),
        _ => throw refusal,
    };

    private async ValueTask<PersonRef?> SaidByAsync() => _saidBy ??= await KeepAsync(said);
}
