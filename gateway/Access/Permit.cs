using Gateway.Rpc;
using Grains.Kernel;
using Plek.V1;

namespace Gateway.Access;

/// <summary>A call that may be answered, and in which role it is: what the log records and what the answer may show.</summary>
/// <param name="Role">Of the caller's roles the one that opened the method.</param>
/// <param name="OnBehalf">The caller speaks for somebody at the provider, who is named in the request.</param>
public sealed record Permit(Call Call, Principal Caller, Role Role, Scope Scope, bool OnBehalf)
{
    public CancellationToken Cancel => Call.Cancel;

    public DateTimeOffset Now => Call.Now;

    public bool IsDesk => Role is Role.CrisisDesk or Role.DeskLead;

    public Grains.Kernel.Channel Channel => Role switch
    {
        Role.Integration => Grains.Kernel.Channel.Integration,
        _ when OnBehalf => Grains.Kernel.Channel.OnBehalfByPhone,
        _ when IsDesk => Grains.Kernel.Channel.Desk,
        _ => Grains.Kernel.Channel.Api,
    };

    public Origin Origin(DateTimeOffset occurredAt, PersonRef? saidBy = null) => new(Caller.Id, $"{Role}", Channel, occurredAt, saidBy);
}
