using Grpc.Health.V1;
using Status = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Gateway.Rpc;

/// <summary>grpc.health.v1. The whole process is ready or not; every service that is served here shares its state.</summary>
public sealed class Health
{
    /// <summary>A watcher hears of a change within this time. Probes ask every few seconds.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Routes _routes;
    private readonly Func<bool> _ready;

    private Health(Routes routes, Func<bool> ready) => (_routes, _ready) = (routes, ready);

    /// <param name="ready">Cheap, and safe to call at any time.</param>
    public static void AddTo(Routes routes, Func<bool> ready)
    {
        var health = new Health(routes, ready);
        var service = HealthReflection.Descriptor.Services[0];
        routes.Unary<HealthCheckRequest, HealthCheckResponse>(service.FindMethodByName("Check"), health.CheckAsync);
        routes.ServerStream<HealthCheckRequest, HealthCheckResponse>(service.FindMethodByName("Watch"), health.WatchAsync);
    }

    private ValueTask<HealthCheckResponse> CheckAsync(HealthCheckRequest request, Call call) => Now(request) switch
    {
        Status.ServiceUnknown => throw new RpcException(Code.NotFound, "UNKNOWN_SERVICE", "This service is not served here."),
        var status => new(new HealthCheckResponse { Status = status }),
    };

    private async IAsyncEnumerable<HealthCheckResponse> WatchAsync(HealthCheckRequest request, Call call)
    {
        for (var last = Status.Unknown; ; await Task.Delay(LookEvery, call.Cancel).ConfigureAwait(false))
        {
            if (Now(request) == last) continue;
            last = Now(request);
            yield return new() { Status = last };
        }
    }

    private Status Now(HealthCheckRequest request) =>
        request.Service.Length > 0 && !_routes.Methods.Any(m => m.Service.FullName == request.Service) ? Status.ServiceUnknown
        : _ready() ? Status.Serving
        : Status.NotServing;
}
