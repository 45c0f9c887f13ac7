namespace Gateway.Rpc;

/// <summary>Which content type belongs to which protocol and format.</summary>
internal static class ContentTypes
{
    /// <summary>Null for any that is not ours. Parameters such as a charset are passed over.</summary>
    public static Protocol? Protocol(string? contentType)
    {
        if (contentType is null) return null;
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        var bare = end < 0 ? contentType : contentType[..end].TrimEnd();
        return bare switch
        {
            "application/grpc" or "application/grpc+proto" => GrpcProtocol.Instance,
            "application/json" => ConnectUnary.Json,
            "application/proto" => ConnectUnary.Proto,
            "application/connect+json" => ConnectStream.Json,
            "application/connect+proto" => ConnectStream.Proto,
            _ => null,
        };
    }

    public static string For(Method method) =>
        method.Unary is not null ? "application/grpc, application/grpc+proto, application/json, application/proto"
        : method.Stream is not null ? "application/grpc, application/grpc+proto, application/connect+json, application/connect+proto"
        : "application/grpc, application/grpc+proto";

    /// <summary>A POST to /package.Service/Method in one of our content types.</summary>
    public static bool LooksLikeCall(HttpRequest request)
    {
        if (!HttpMethods.IsPost(request.Method) || Protocol(request.ContentType) is null) return false;
        var path = request.Path.Value.AsSpan();
        var slash = path.LastIndexOf('/');
        return slash > 0 && path[1..slash].Contains('.') && !path[1..slash].Contains('/');
    }
}
