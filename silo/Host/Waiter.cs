using Grains.Kernel;

namespace Silo.Host;

/// <summary>Somebody who needs grains that may not be in memory yet: a step to decide or a read to answer.</summary>
internal abstract class Waiter
{
    /// <summary>Tries again, now that a grain it waited for is ready.</summary>
    public abstract void Resume(GrainHost host);

    public abstract void Fail(GrainHost host, Exception why);
}

/// <summary>A step from the moment it is asked until it is answered, over all its attempts.</summary>
internal sealed class PendingStep(Step step) : Waiter
{
    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Step Step { get; } = step;
    public Task<Answer> Answered => _answer.Task;
    public int Attempts { get; set; }

    public void Answer(GrainHost host, Answer answer)
    {
        host.StepAnswered();
        _answer.SetResult(answer);
    }

    public override void Fail(GrainHost host, Exception why)
    {
        host.StepAnswered();
        _answer.SetException(why);
    }

    public override void Resume(GrainHost host) => host.Decide(this);
}

/// <summary>A read that waits for its grain.</summary>
internal sealed class PendingRead(StreamId stream) : Waiter
{
    private readonly TaskCompletionSource<(object State, Head Head)> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StreamId Stream { get; } = stream;
    public Task<(object State, Head Head)> Answered => _answer.Task;

    public void Answer(object state, Head head) => _answer.SetResult((state, head));

    public override void Fail(GrainHost host, Exception why) => _answer.SetException(why);

    public override void Resume(GrainHost host) => host.Read(this);
}
