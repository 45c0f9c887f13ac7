using Gateway.Views;

namespace Gateway.Services;

/// <summary>The views of this process, and the promise of <c>at_least_position</c> for what is read from them.</summary>
public sealed class ViewReads(CapacityIndex capacity, RequestBoard board, AlarmBoard alarms, AnswerBook answers, FeedFollower feed)
{
    public CapacityIndex Capacity => capacity;

    public RequestBoard Board => board;

    public AlarmBoard Alarms => alarms;

    public AnswerBook Answers => answers;

    public async ValueTask ReachAsync(long position, CancellationToken cancel)
    {
        AtLeast.Check(position);
        if (!await feed.WaitForAsync(position, AtLeast.WaitMax, cancel)) throw AtLeast.NotReached(feed.Position);
    }
}
