using Gateway.Rpc;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Plek.V1;

namespace Gateway.Access;

/// <summary>The only way by which a service's methods become routes: each call passes the grants of its proto first.</summary>
/// <remarks>Safe to call at the same time once everything is mapped.</remarks>
public sealed class Gate(Routes routes, Scopes scopes, ReadLog reads)
{
    /// <param name="inboundBytesMax">As in <see cref="Routes.Unary"/>.</param>
    public Gate Unary<TRequest, TResponse>(
        MethodDescriptor method, Func<TRequest, Permit, ValueTask<TResponse>> handler, int? inboundBytesMax = null)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var entry = Entry(method);
        routes.Unary<TRequest, TResponse>(method, async (request, call) => await handler(request, await entry(request, call)), inboundBytesMax);
        return this;
    }

    public Gate ServerStream<TRequest, TResponse>(MethodDescriptor method, Func<TRequest, Permit, IAsyncEnumerable<TResponse>> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var entry = Entry(method);
        routes.ServerStream<TRequest, TResponse>(method, (request, call) => EnterAsync(request, call));
        return this;

        async IAsyncEnumerable<TResponse> EnterAsync(TRequest request, Call call)
        {
            var permit = await entry(request, call);
            await foreach (var message in handler(request, permit))
            {
                // A heartbeat comes every 2 s, so no stream outlives its token by more.
                if (TimeProvider.System.GetUtcNow() >= permit.Caller.Until) throw new RpcException(Code.Unauthenticated, "TOKEN_EXPIRED", "The token has expired; sign in again.");
                yield return message;
            }
        }
    }

    /// <summary>The same answer for what belongs to somebody else and for what does not exist.</summary>
    public static RpcException OutOfScope() => new(Code.PermissionDenied, "OUT_OF_SCOPE", "What this names is not the caller's, or does not exist.");

    private Func<IMessage, Call, ValueTask<Permit>> Entry(MethodDescriptor method)
    {
        var rules = Rules.Of(method);
        var fields = new RequestFields(method.InputType);
        foreach (var grant in rules.Grants) scopes.Require(grant.Scope, fields, method);
        return (request, call) => EnterAsync(rules, fields, request, call);
    }

    private async ValueTask<Permit> EnterAsync(Rules rules, RequestFields fields, IMessage request, Call call)
    {
        var caller = (Principal)call.Caller;
        var permit = await FirstGrantAsync(rules, fields, request, call, caller);
        fields.CheckOnly(request, caller.Roles);
        fields.CheckSaidBy(request, permit.OnBehalf);
        if (rules.Reads != Details.Unspecified) await reads.NoteAsync(fields.RequestId(request), rules.Reads, permit);
        return permit;
    }

    private async ValueTask<Permit> FirstGrantAsync(Rules rules, RequestFields fields, IMessage request, Call call, Principal caller)
    {
        var named = false;
        foreach (var grant in rules.Grants)
        {
            var role = grant.Roles.FirstOrDefault(caller.Roles.Has);
            if (role == Role.Unspecified) continue;
            named = true;
            if (await scopes.HoldsAsync(grant.Scope, fields, request, caller, call.Cancel)) return new(call, caller, role, grant.Scope, grant.OnBehalf);
        }
        throw named
            ? OutOfScope()
            : new RpcException(Code.PermissionDenied, "ROLE_NOT_ALLOWED", "None of the caller's roles may call this.");
    }
}
