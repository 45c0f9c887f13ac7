using System.Globalization;
using Google.Protobuf;

namespace Gateway.Replay.Desk;

/// <summary>Every call and its answer, one line each in the order in which they were made. An interrupted replay is played again from the start
/// with these answers, which brings every story to where it was, and goes on with the service.</summary>
/// <remarks>A line is written after the answer has come. A call whose answer got lost is made again under the same command id.</remarks>
internal sealed class CallJournal : IDisposable
{
    private readonly Queue<JournalLine> _left = [];
    private readonly StreamWriter _file;

    public CallJournal(string path)
    {
        if (File.Exists(path))
            foreach (var line in File.ReadLines(path))
                if (JournalLine.Parse(line) is { } known) _left.Enqueue(known);
        Last = _left.Count == 0 ? null : _left.Last().At;
        _file = new(path, append: true) { AutoFlush = true };
        _file.WriteLine(); // Ends a line that a kill cut short.
    }

    /// <summary>The simulated instant of the last call that was answered before; null at the beginning.</summary>
    public DateTimeOffset? Last { get; }

    /// <summary>Whether calls are still answered from before, so that the service is not asked.</summary>
    public bool Waiting => _left.Count > 0;

    /// <summary>What a call was answered before, or null when it must be made.</summary>
    /// <param name="call">A digest of method and content.</param>
    /// <exception cref="ReplayException">Another call was made then.</exception>
    public JournalLine? Next(string call)
    {
        if (!_left.TryDequeue(out var line)) return null;
        return line.Call == call ? line : throw new ReplayException("The journal is of a replay with another seed, or of another version of Plek. Start again without --resume.");
    }

    public void Add(JournalLine line) => _file.WriteLine(line);

    public void Dispose() => _file.Dispose();
}

/// <param name="At">The simulated instant of the call.</param>
/// <param name="Answer">Null: refused.</param>
internal sealed record JournalLine(string Call, DateTimeOffset At, byte[]? Answer, string Code, string Reason)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Call},{At:O},{(Answer is null ? "" : $"={Convert.ToBase64String(Answer)}")},{Code},{Reason},.");

    public static JournalLine? Parse(string line) =>
        line.Split(',') is [var call, var at, var answer, var code, var reason, "."] && DateTimeOffset.TryParse(at, CultureInfo.InvariantCulture, out var instant)
            ? new(call, instant, answer.Length == 0 ? null : Convert.FromBase64String(answer[1..]), code, reason) : null;

    public static JournalLine Of<T>(string call, DateTimeOffset at, Answer<T> answer) where T : IMessage<T>, new() =>
        new(call, at, answer.Message?.ToByteArray(), answer.Failure?.Code ?? "", answer.Failure?.Reason ?? "");

    public Answer<T> As<T>() where T : IMessage<T>, new()
    {
        if (Answer is null) return new(default, new(Code, Reason, "", null));
        var message = new T();
        message.MergeFrom(Answer);
        return new(message, null);
    }
}
