using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Gateway.Rpc;

/// <summary>A failure in the words of google.rpc, which both protocols carry.</summary>
internal static class ErrorDetails
{
    private const string Domain = "plek";

    public static Status Status(RpcException failure)
    {
        var status = new Status { Code = (int)failure.Code, Message = failure.Message };
        status.Details.AddRange(Messages(failure).Select(Any.Pack));
        return status;
    }

    public static IEnumerable<IMessage> Messages(RpcException failure)
    {
        var info = new ErrorInfo { Reason = failure.Reason, Domain = Domain };
        info.Metadata.Add(failure.Metadata);
        yield return info;
        if (!failure.Violations.IsEmpty)
        {
            var violations = failure.Violations.Select(v => new BadRequest.Types.FieldViolation { Field = v.Field, Description = v.Rule });
            yield return new BadRequest { FieldViolations = { violations } };
        }
        if (failure.RetryAfter is { } after) yield return new RetryInfo { RetryDelay = Duration.FromTimeSpan(after) };
    }
}
