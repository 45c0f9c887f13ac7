using System.Collections.Concurrent;
using System.Net;
using Gateway.Rpc;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plek.V1;

namespace Gateway.Wire.Replay;

/// <summary>What can be wrong with a service, and must not escape a replay.</summary>
public enum Fault
{
    None,
    Busy,          // Refuses every third call with "retry".
    Forgetful,     // Acknowledges reports without keeping the answer.
    Lenient,       // Accepts what is impossible.
    LastWins,      // Lets a late report change the present.
    LosesOne,      // Acknowledges one report and does not count it.
    WrongTotals,   // Shows each facility right and their sum wrong.
    PromisesTwice, // Holds beds that are occupied.
}

/// <summary>A book of beds as small as can be behind the real protocol, which keeps the rules of reports or breaks one of them.</summary>
internal sealed class BedBook(Fault fault) : IAsyncDisposable
{
    private sealed record Beds(DateTimeOffset AsOf, int Licensed, int Occupied);

    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, ReportAnswer> _answers = new();
    private readonly Dictionary<string, Beds> _present = [];
    private WebApplication? _app;
    private int _position;
    private int _calls;

    public async Task<Uri> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        var capacity = CapacityReflection.Descriptor.Services[0];
        var routes = new Routes();
        routes.Unary<ReportBedsRequest, ReportAnswer>(ProviderReflection.Descriptor.Services[0].FindMethodByName("ReportBeds"), (request, _) => new(Report(request)));
        routes.Unary<GetCapacityRequest, GetCapacityResponse>(capacity.FindMethodByName("GetCapacity"), (request, _) => new(Capacity(request)));
        routes.Unary<GetOverviewRequest, GetOverviewResponse>(capacity.FindMethodByName("GetOverview"), (_, _) => new(Overview()));
        var options = new RpcOptions { Authenticate = (_, call) => new(new Program(call.Header("authorization") ?? "")), Authorize = (_, _) => { } };
        var rpc = new RpcServer(routes, options, _app.Services.GetRequiredService<ILogger<RpcServer>>());
        _app.Use(others => http => rpc.HandleAsync(http, others));
        await _app.StartAsync();
        return new(_app.Urls.Single());
    }

    public ValueTask DisposeAsync() => _app?.DisposeAsync() ?? default;

    private ReportAnswer Report(ReportBedsRequest request)
    {
        lock (_lock)
        {
            if (fault == Fault.Busy && ++_calls % 3 == 0) throw new RpcException(Code.Unavailable, "STORE_UNAVAILABLE", "Busy.") { RetryAfter = TimeSpan.FromMilliseconds(1) };
            if (_answers.TryGetValue(request.CommandId, out var known)) return known;
            if (request.Licensed > 500) throw RpcException.Invalid("licensed", "0 to 500");
            if (request.Occupied * 100 > request.Licensed * 150 && fault != Fault.Lenient) throw new RpcException(Code.FailedPrecondition, "IMPOSSIBLE", "Beyond 150 %.");

            var beds = new Beds(request.OccurredAt.ToDateTimeOffset(), request.Licensed, request.Occupied);
            var before = _present.GetValueOrDefault(request.FacilityId);
            if (beds == before) return new() { Position = _position };
            var answer = new ReportAnswer { Position = ++_position, RecordedAt = Timestamp.FromDateTimeOffset(beds.AsOf) };
            if (fault == Fault.LosesOne && _position == 1) beds = before ?? new(default, 0, 0);
            if (before is null || beds.AsOf >= before.AsOf || fault == Fault.LastWins) _present[request.FacilityId] = beds;
            if (fault != Fault.Forgetful) _answers[request.CommandId] = answer;
            return answer;
        }
    }

    private GetCapacityResponse Capacity(GetCapacityRequest request)
    {
        lock (_lock)
        {
            var beds = _present.GetValueOrDefault(request.FacilityId) ?? new(default, 0, 0);
            var exact = new Exact { Licensed = beds.Licensed, Operable = beds.Licensed, Occupied = beds.Occupied, Held = fault == Fault.PromisesTwice ? beds.Licensed : 0 };
            return new() { Capacity = { new UnitCapacity { Exact = exact } } };
        }
    }

    private GetOverviewResponse Overview()
    {
        lock (_lock)
        {
            var beds = _present.Values.Sum(b => b.Licensed) + (fault == Fault.WrongTotals ? 1 : 0);
            return new() { Totals = { new Totals { Licensed = beds, Occupied = _present.Values.Sum(b => b.Occupied) } } };
        }
    }

    private sealed record Program(string Id) : Caller(Id);
}
