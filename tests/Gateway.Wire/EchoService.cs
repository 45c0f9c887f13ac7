using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using Gateway.Rpc;
using Google.Protobuf;
using Grains.Kernel;
using Plek.Test.V1;

namespace Gateway.Wire;

/// <summary>The handlers of the test service, and what a test may ask about them.</summary>
public sealed class EchoService
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _cancelled = new();

    /// <summary>Answers that a named stream's handler was asked for so far.</summary>
    public ConcurrentDictionary<string, int> Counted { get; } = new();

    /// <summary>Ends when the handler of that name has seen its cancellation.</summary>
    public Task CancelledAsync(string name) => Cancelled(name).Task.WaitAsync(TimeSpan.FromSeconds(20));

    public void AddTo(Routes routes)
    {
        var echo = EchoReflection.Descriptor.Services[0];
        routes.Unary<EchoRequest, EchoResponse>(echo.FindMethodByName("Echo"), EchoAsync);
        routes.Unary<EchoRequest, EchoResponse>(echo.FindMethodByName("EchoLarge"), EchoAsync, inboundBytesMax: 8 * 1024 * 1024);
        routes.Unary<FailRequest, EchoResponse>(echo.FindMethodByName("Fail"), FailAsync);
        routes.Unary<WaitRequest, EchoResponse>(echo.FindMethodByName("Wait"), WaitAsync);
        routes.ServerStream<CountRequest, CountResponse>(echo.FindMethodByName("Count"), CountAsync);
        routes.ServerStream<WaitRequest, CountResponse>(echo.FindMethodByName("Watch"), WatchAsync);
    }

    private ValueTask<EchoResponse> EchoAsync(EchoRequest request, Call call)
    {
        var answer = EchoResponse.Parser.ParseFrom(request.ToByteArray());
        answer.Caller = call.Caller.Id;
        return new(answer);
    }

    private static async ValueTask<EchoResponse> FailAsync(FailRequest request, Call call)
    {
        await Task.Yield();
        throw request.How switch
        {
            "refused" => new RpcException(Code.FailedPrecondition, "NOT_ENOUGH_BEDS", "Facility Één has 2 beds, 100% held.")
            {
                Metadata = ImmutableDictionary<string, string>.Empty.Add("free_beds", "2"),
            },
            "field" => RpcException.Invalid("inner.bed_count", "must be 1 to 32, was 33"),
            "unavailable" => new StoreUnavailableException("disk full"),
            "outcome_unknown" => new StoreOutcomeUnknownException("link broke"),
            "damaged" => new CorruptEventException("secret bytes"),
            "newer" => new UnknownEventException("Held/9"),
            "bug" => new UnreachableException("secret of a child"),
            "foreign_cancel" => new OperationCanceledException("a token that is not the call's"),
            var code => new RpcException(Enum.Parse<Code>(code), "ASKED_FOR", "As asked."),
        };
    }

    private async ValueTask<EchoResponse> WaitAsync(WaitRequest request, Call call)
    {
        await UntilCancelledAsync(request.Name, call);
        return new();
    }

    private async IAsyncEnumerable<CountResponse> CountAsync(CountRequest request, Call call)
    {
        try
        {
            for (var n = 1; request.To == 0 || n <= request.To; n++)
            {
                call.Cancel.ThrowIfCancellationRequested();
                Counted[request.Name] = n;
                yield return new() { Number = n, Padding = ByteString.CopyFrom(new byte[request.Padding]) };
                if (n == request.FailAfter) throw new RpcException(Code.FailedPrecondition, "TOLD_TO", "Told to fail.");
            }
        }
        finally
        {
            if (call.Cancel.IsCancellationRequested) Cancelled(request.Name).TrySetResult();
        }
    }

    private async IAsyncEnumerable<CountResponse> WatchAsync(WaitRequest request, Call call)
    {
        yield return new() { Number = 1 };
        await UntilCancelledAsync(request.Name, call);
    }

    private async Task UntilCancelledAsync(string name, Call call)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, call.Cancel);
        }
        finally
        {
            Cancelled(name).TrySetResult();
        }
    }

    private TaskCompletionSource Cancelled(string name) =>
        _cancelled.GetOrAdd(name, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
