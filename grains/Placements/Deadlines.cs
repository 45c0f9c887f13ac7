using Grains.Kernel;

namespace Grains.Placements;

/// <summary>By when the next thing must have happened to a request, by phase and urgency, from the policy in force at the decision.</summary>
/// <remarks>The facility asks <see cref="HoldUntil"/> and <see cref="ArrivalBy"/> too: both sides of a joint step then name the same instant.</remarks>
public static class Deadlines
{
    /// <param name="urgency">Null before the desk has set it.</param>
    public static DateTimeOffset TriageBy(Context context, Urgency? urgency) => urgency is { } known
        ? After(context, PolicyNumbers.Triage.For((int)known))
        : After(context, PolicyNumbers.TriageUnknown);

    /// <summary>When the next offer must have been made.</summary>
    public static DateTimeOffset OfferBy(Context context, Urgency urgency) => After(context, PolicyNumbers.Search.For((int)urgency));

    /// <summary>When a hold made now ends by itself, if nobody answers.</summary>
    public static DateTimeOffset HoldUntil(Context context, Urgency urgency) => After(context, PolicyNumbers.HoldTime.For((int)urgency));

    /// <summary>When a child whose place is agreed now must have arrived. Passing it ends nothing.</summary>
    public static DateTimeOffset ArrivalBy(Context context, Urgency urgency) => After(context, PolicyNumbers.Arrival.For((int)urgency));

    /// <summary>By when a unit that is asked now must have answered.</summary>
    public static DateTimeOffset EnquiryUntil(Context context) => After(context, PolicyNumbers.EnquiryTime);

    public static DateTimeOffset OutflowPlanBy(Context context) => After(context, PolicyNumbers.OutflowPlan);

    /// <summary>The deadline after a missed one: half its length from now, at least the policy's minimum.</summary>
    /// <param name="length">How long the missed one was, from when it was set.</param>
    public static DateTimeOffset AfterMiss(Context context, TimeSpan length)
    {
        var least = context.Policy.Minutes(PolicyNumbers.DeadlineRepeatMin);
        var half = length / 2;
        return Micros.Floor(context.Now + (half > least ? half : least));
    }

    private static DateTimeOffset After(Context context, PolicyNumber number) => context.Now + context.Policy.Minutes(number);
}
