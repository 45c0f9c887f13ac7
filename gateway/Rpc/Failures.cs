using System.Net;
using Grains.Kernel;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Rpc;

/// <summary>The one place where whatever went wrong becomes what the caller is told.</summary>
internal static partial class Failures
{
    /// <summary>The store answers again within a second after a restart or a fail-over of its disk, or not soon at all.</summary>
    private static readonly TimeSpan StoreRetry = TimeSpan.FromSeconds(1);

    public static RpcException Of(Exception error, Call call, ILogger log)
    {
        switch (error)
        {
            case RpcException known:
                return known;
            case OperationCanceledException when call.DeadlinePassed:
                return new(Code.DeadlineExceeded, "DEADLINE_EXCEEDED", "The deadline passed. If this was a command, it may still be carried out.");
            case OperationCanceledException when call.Stopping:
                return new(Code.Unavailable, "STOPPING", "This process is stopping.") { RetryAfter = StoreRetry };
            case OperationCanceledException or IOException when call.ClientGone:
            case ConnectionResetException or ConnectionAbortedException:
                return new(Code.Canceled, "CANCELED", "The client is gone.");
            case BadHttpRequestException { StatusCode: (int)HttpStatusCode.RequestEntityTooLarge }:
                return RpcException.TooLarge(call.InboundBytesMax);
            case BadHttpRequestException:
                return RpcException.Malformed("The request ends too early or breaks HTTP.");
            case StoreUnavailableException:
                return new(Code.Unavailable, "STORE_UNAVAILABLE", "The store does not answer. Nothing was written.") { RetryAfter = StoreRetry };
            case StoreOutcomeUnknownException:
                return new(Code.Unavailable, "OUTCOME_UNKNOWN", "The write may stand. Retry under the same command id.") { RetryAfter = StoreRetry };
            case UnknownEventException:
                LogNewer(log, error, call.Method.Path);
                return new(Code.Unavailable, "NEWER_EVENT", "This node is older than the data. Another node can answer.") { RetryAfter = StoreRetry };
            case CorruptEventException:
                LogDamaged(log, error, call.Method.Path);
                return new(Code.DataLoss, "DAMAGED_DATA", "Stored data is damaged; an operator must look at it.");
            default:
                LogBug(log, error, call.Method.Path);
                return new(Code.Internal, "INTERNAL", "A bug of the service. It has been logged.");
        }
    }

    [LoggerMessage(1, LogLevel.Error, "A bug answered {Path} with internal.")]
    private static partial void LogBug(ILogger log, Exception error, string path);

    [LoggerMessage(2, LogLevel.Critical, "Damaged data was met by {Path}.")]
    private static partial void LogDamaged(ILogger log, Exception error, string path);

    [LoggerMessage(3, LogLevel.Error, "An event newer than this program was met by {Path}.")]
    private static partial void LogNewer(ILogger log, Exception error, string path);
}
