using System.Diagnostics;

namespace Gateway.Rpc;

/// <summary>How a call failed: the closed set of both protocols. The numbers are gRPC's; 0 is success and never a failure.</summary>
public enum Code
{
    /// <summary>The caller gave up before the answer. A write may stand.</summary>
    Canceled = 1,
    /// <summary>A failure of which nothing is known. Ours are never this.</summary>
    Unknown = 2,
    /// <summary>The request is wrong whatever the state of the system: the caller must change it.</summary>
    InvalidArgument = 3,
    /// <summary>The deadline passed before the answer. A write may stand.</summary>
    DeadlineExceeded = 4,
    /// <summary>What was asked for does not exist, or not for this caller.</summary>
    NotFound = 5,
    /// <summary>What was to be made exists, with other contents.</summary>
    AlreadyExists = 6,
    /// <summary>The caller is known and may not do this.</summary>
    PermissionDenied = 7,
    /// <summary>A limit is reached: size, rate or stock.</summary>
    ResourceExhausted = 8,
    /// <summary>The state of the system refuses it: the caller must change that first.</summary>
    FailedPrecondition = 9,
    /// <summary>A rival won; read again and decide again.</summary>
    Aborted = 10,
    /// <summary>Beyond the end of what exists, such as a position of the log.</summary>
    OutOfRange = 11,
    /// <summary>No such method, or not in this protocol or encoding.</summary>
    Unimplemented = 12,
    /// <summary>A bug of ours. No detail leaves the process.</summary>
    Internal = 13,
    /// <summary>Try the same again later, under the same command id.</summary>
    Unavailable = 14,
    /// <summary>Stored data cannot be what was written. An operator must look.</summary>
    DataLoss = 15,
    /// <summary>Nobody, or nobody that we trust, says who calls.</summary>
    Unauthenticated = 16,
}

internal static class Codes
{
    private static readonly string[] Numbers = [.. Enumerable.Range(0, 17).Select(n => n.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The code as gRPC sends it: its number.</summary>
    public static string Number(Code code) => Numbers[(int)code];

    /// <summary>The code as Connect sends it.</summary>
    public static string Name(Code code) => code switch
    {
        Code.Canceled => "canceled",
        Code.Unknown => "unknown",
        Code.InvalidArgument => "invalid_argument",
        Code.DeadlineExceeded => "deadline_exceeded",
        Code.NotFound => "not_found",
        Code.AlreadyExists => "already_exists",
        Code.PermissionDenied => "permission_denied",
        Code.ResourceExhausted => "resource_exhausted",
        Code.FailedPrecondition => "failed_precondition",
        Code.Aborted => "aborted",
        Code.OutOfRange => "out_of_range",
        Code.Unimplemented => "unimplemented",
        Code.Internal => "internal",
        Code.Unavailable => "unavailable",
        Code.DataLoss => "data_loss",
        Code.Unauthenticated => "unauthenticated",
        _ => throw new UnreachableException(code.ToString()),
    };

    /// <summary>The HTTP status that Connect gives a failed unary call.</summary>
    public static int HttpStatus(Code code) => code switch
    {
        Code.Canceled => 499,
        Code.Unknown => 500,
        Code.InvalidArgument => 400,
        Code.DeadlineExceeded => 504,
        Code.NotFound => 404,
        Code.AlreadyExists => 409,
        Code.PermissionDenied => 403,
        Code.ResourceExhausted => 429,
        Code.FailedPrecondition => 400,
        Code.Aborted => 409,
        Code.OutOfRange => 400,
        Code.Unimplemented => 501,
        Code.Internal => 500,
        Code.Unavailable => 503,
        Code.DataLoss => 500,
        Code.Unauthenticated => 401,
        _ => throw new UnreachableException(code.ToString()),
    };
}
