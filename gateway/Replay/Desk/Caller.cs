using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>Makes every call of a replay: gives it its command id, moment and position, moves the clock first, writes the answer down, sends some of
/// it twice at the same time, and asks for every acknowledged answer once more.</summary>
/// <remarks>One story calls at a time (<see cref="Agenda"/>).</remarks>
internal sealed class Caller(
    ServiceClient client, CallJournal journal, Agenda agenda, Dice dice, Func<DateTimeOffset, CancellationToken, Task> moveClock, DateTimeOffset clock, CancellationToken cancel)
{
    private const int TwicePercent = 10;
    private const int InFlightMax = 16;

    /// <summary>Answers are kept for 30 days; an older one of an interrupted run is not asked for again.</summary>
    private static readonly TimeSpan KeptMax = TimeSpan.FromDays(29);

    private static readonly TimeSpan ShownMax = TimeSpan.FromSeconds(20); // Real time for what the service's own clock brings about.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static readonly Dictionary<MessageDescriptor, MethodDescriptor> Methods = new[]
    {
        PlacementReflection.Descriptor, ProviderReflection.Descriptor, CapacityReflection.Descriptor, AlarmReflection.Descriptor,
    }.SelectMany(file => file.Services).SelectMany(service => service.Methods).ToDictionary(method => method.InputType);

    private readonly List<Acknowledged> _toAskAgain = [];
    private readonly List<TimeSpan> _times = [];
    private readonly Dictionary<string, int> _refusals = [];
    private readonly List<string> _surprises = [];
    private DateTimeOffset _clock = clock;
    private long _position;
    private int _commands;

    public int Writes => _commands;

    public int SentTwice { get; private set; }

    public int AskedAgain { get; private set; }

    /// <summary>Acknowledged answers that were not the same when they were asked for again, or at the same time.</summary>
    public int Lost { get; private set; }

    /// <summary>How long each call took that was made in this run.</summary>
    public IReadOnlyCollection<TimeSpan> Times => _times;

    /// <summary>How often the service refused, by reason.</summary>
    public IReadOnlyDictionary<string, int> Refusals => _refusals;

    /// <summary>Refusals that this story line gave no cause for, and what did not come about; a line each.</summary>
    public IReadOnlyList<string> Surprises => _surprises;

    public void Surprise(string what) => _surprises.Add(string.Create(CultureInfo.InvariantCulture, $"{agenda.Now:yyyy-MM-dd HH:mm} {what}"));

    /// <summary>Until the clock stands at <paramref name="instant"/> nothing more is asked.</summary>
    public async Task ReachAsync(DateTimeOffset instant)
    {
        if (journal.Waiting || instant <= _clock) return;
        await moveClock(instant, cancel);
        _clock = instant;
    }

    /// <param name="expected">Refusals that the caller can deal with. Any other is a surprise.</param>
    public async Task<Answer<T>> WriteAsync<T>(string token, IMessage request, params string[] expected) where T : class, IMessage<T>, new()
    {
        Set(request, "command_id", string.Create(CultureInfo.InvariantCulture, $"zhz-{++_commands}"));
        if (Field(request, "occurred_at").Accessor.GetValue(request) is null) Set(request, "occurred_at", agenda.Now.ToTimestamp());
        var twice = dice.Percent(TwicePercent);
        if (twice) SentTwice++;
        var answer = await CallAsync(request, async () =>
        {
            if (!twice) return await AskAsync<T>(token, request);
            var both = await Task.WhenAll(AskAsync<T>(token, request), AskAsync<T>(token, request));
            if (!Same(both[0], both[1])) Lost++;
            return both[0];
        });
        if (answer.Failure is { } failure)
        {
            _refusals[failure.Reason] = _refusals.GetValueOrDefault(failure.Reason) + 1;
            if (!expected.Contains(failure.Reason, StringComparer.Ordinal)) Surprise($"{request.Descriptor.Name} was refused: {failure} ({request})");
        }
        else if (Wrote(answer.Message!))
        {
            _toAskAgain.Add(new(agenda.Now, async () => Same(answer, await AskAsync<T>(token, request))));
        }
        return answer;
    }

    /// <param name="until">What must be seen; the service is asked until it is, for at most 20 s.</param>
    public async Task<T> ReadAsync<T>(string token, IMessage request, Predicate<T>? until = null) where T : class, IMessage<T>, new()
    {
        Set(request, "at_least_position", _position);
        var answer = await CallAsync(request, async () =>
        {
            for (var begun = Stopwatch.GetTimestamp(); ;)
            {
                var seen = await AskAsync<T>(token, request);
                if (until is null || seen.Message is not { } message || until(message) || Stopwatch.GetElapsedTime(begun) > ShownMax) return seen;
                await Task.Delay(Pause, cancel);
            }
        });
        return answer.OrThrow($"{request.Descriptor.Name} was refused");
    }

    /// <summary>Asks for everything that was acknowledged since the last time, under the same command ids.</summary>
    public async Task AskAgainAsync()
    {
        if (journal.Waiting) return;
        await ReachAsync(agenda.Now);
        var again = _toAskAgain.Where(call => call.At > agenda.Now - KeptMax).ToList();
        _toAskAgain.Clear();
        var lost = 0;
        await Parallel.ForEachAsync(again, new ParallelOptions { MaxDegreeOfParallelism = InFlightMax, CancellationToken = cancel }, async (call, _) =>
        {
            if (!await call.SameAgainAsync()) Interlocked.Increment(ref lost);
        });
        AskedAgain += again.Count;
        Lost += lost;
    }

    private async Task<Answer<T>> CallAsync<T>(IMessage request, Func<Task<Answer<T>>> ask) where T : class, IMessage<T>, new()
    {
        var method = Methods[request.Descriptor].FullName;
        var call = Convert.ToHexString(SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(method), .. request.ToByteArray()]).AsSpan(0, 8));
        var answer = journal.Next(call)?.As<T>();
        if (answer is null)
        {
            await ReachAsync(agenda.Now);
            var begun = Stopwatch.GetTimestamp();
            answer = await ask();
            _times.Add(Stopwatch.GetElapsedTime(begun));
            if (answer.Failure is { Code: not ("failed_precondition" or "already_exists" or "not_found" or "resource_exhausted" or "invalid_argument" or "permission_denied") } failure)
                throw new ReplayException($"{method} got an answer that is no answer: {failure}");
            journal.Add(JournalLine.Of(call, agenda.Now, answer));
        }
        if (answer.Message is { } message) _position = Math.Max(_position, (long)Field(message, "position").Accessor.GetValue(message));
        return answer;
    }

    private Task<Answer<T>> AskAsync<T>(string token, IMessage request) where T : class, IMessage<T>, new() =>
        client.AskAsync<T>($"{Methods[request.Descriptor].Service.FullName}/{Methods[request.Descriptor].Name}", request, token, cancel);

    private static bool Same<T>(Answer<T> one, Answer<T> other) where T : class, IMessage<T>, new() =>
        one.Message is null ? other.Failure?.Reason == one.Failure!.Reason : one.Message.Equals(other.Message);

    // A report that said nothing new wrote nothing that could be lost.
    private static bool Wrote(IMessage answer) => answer is not ReportAnswer { RecordedAt: null };

    private static void Set(IMessage message, string field, object value) => Field(message, field).Accessor.SetValue(message, value);

    private static FieldDescriptor Field(IMessage message, string name) =>
        message.Descriptor.FindFieldByName(name) ?? throw new ReplayException($"{message.Descriptor.Name} has no {name}.");

    private sealed record Acknowledged(DateTimeOffset At, Func<Task<bool>> SameAgainAsync);
}
