using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>Who calls. Access derives its own record with roles and scope; this layer only counts calls per <paramref name="Id"/>.</summary>
/// <param name="Id">A reference, never a name. The same for all calls of one person or program.</param>
public abstract record Caller(string Id);

/// <summary>Says who calls, from headers and connection. <see cref="Call.Descriptor"/> is the method, for some may be called by anyone.</summary>
/// <exception cref="RpcException"><see cref="Code.Unauthenticated"/>.</exception>
public delegate ValueTask<Caller> Authenticate(HttpContext http, Call call);

/// <summary>Returns when this caller may call this method at all. What it may see of it is the handler's business.</summary>
/// <exception cref="RpcException"><see cref="Code.PermissionDenied"/>.</exception>
public delegate void Authorize(Caller caller, MethodDescriptor method);
