using System.Runtime.ExceptionServices;
using System.Threading.Channels;

namespace Gateway.Replay.Desk;

/// <summary>Lets stories happen in simulated time, one step of one story after another, always in the same order.</summary>
/// <remarks>A story is an asynchronous method that waits with <see cref="UntilAsync"/>. Only one runs at a time, from one such wait to its next, so
/// what it does to shared state needs no lock. Turns come by instant, then in the order in which they were asked for.</remarks>
internal sealed class Agenda(DateTimeOffset start)
{
    private readonly PriorityQueue<TaskCompletionSource, (DateTimeOffset At, bool NotFirst, long Order)> _turns = new();
    private readonly Channel<bool> _rests = Channel.CreateUnbounded<bool>(); // A word whenever the story that runs waits or is over.
    private long _order;
    private ExceptionDispatchInfo? _failed;

    /// <summary>The instant of the turn that runs; whole minutes.</summary>
    public DateTimeOffset Now { get; private set; } = start;

    /// <param name="first">Before every other turn of that instant.</param>
    public void Begin(DateTimeOffset at, Func<Task> story, bool first = false)
    {
        var turn = Turn(at, first);
        _ = LiveAsync();

        async Task LiveAsync()
        {
            await turn;
            try
            {
                await story();
            }
            catch (Exception e)
            {
                _failed ??= ExceptionDispatchInfo.Capture(e);
            }
            _rests.Writer.TryWrite(true);
        }
    }

    /// <summary>Only from within a story.</summary>
    public Task UntilAsync(DateTimeOffset at)
    {
        var turn = Turn(at, first: false);
        _rests.Writer.TryWrite(true);
        return turn;
    }

    public Task MinutesAsync(int minutes) => UntilAsync(Now.AddMinutes(minutes));

    /// <summary>Gives every turn up to and including <paramref name="end"/>; later ones never come.</summary>
    public async Task RunAsync(DateTimeOffset end, CancellationToken cancel)
    {
        while (_turns.TryPeek(out var turn, out var when) && when.At <= end)
        {
            _turns.Dequeue();
            Now = when.At;
            turn.SetResult();
            await _rests.Reader.ReadAsync(cancel);
            _failed?.Throw();
        }
        Now = end;
    }

    private Task Turn(DateTimeOffset at, bool first)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _turns.Enqueue(turn, (Later(Minute(at)), !first, _order++));
        return turn.Task;
    }

    private DateTimeOffset Later(DateTimeOffset at) => at > Now ? at : Now;

    public static DateTimeOffset Minute(DateTimeOffset at) => at.AddTicks(-(at.Ticks % TimeSpan.TicksPerMinute));
}
