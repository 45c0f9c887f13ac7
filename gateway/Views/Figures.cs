using System.Collections.Immutable;
using Grains.Facilities;

namespace Gateway.Views;

/// <summary>How questions were answered. Asked is the sum of the six numbers that follow it.</summary>
/// <param name="Open">Can still be answered.</param>
/// <param name="ByCode">Of the refused, by code.</param>
/// <param name="MedianMinutes">Started minutes from question to answer, of what was consented or refused; null without an answer.</param>
/// <param name="NinetiethMinutes">As the median: nine of ten answers came within it.</param>
public sealed record Figures(
    int Asked, int Consented, int Refused, int NoAnswer, int Revoked, int Withdrawn, int Open, ImmutableSortedDictionary<RefusalCode, int> ByCode,
    int? MedianMinutes, int? NinetiethMinutes)
{
    /// <summary>Of what was the provider's to accept, the share that it did, in whole percents; null when there was nothing.</summary>
    /// <remarks>What the family said, or what the request misses, is no refusal of the provider's.</remarks>
    public int? AcceptPercent
    {
        get
        {
            var others = ByCode.Where(refused => RefusalClasses.ClassOf(refused.Key) is RefusalClass.Family or RefusalClass.Request).Sum(refused => refused.Value);
            var all = Consented + Refused - others + NoAnswer;
            return all == 0 ? null : 100 * Consented / all;
        }
    }

    public static Figures Of(IReadOnlyCollection<Ask> asks)
    {
        var ends = asks.ToLookup(ask => ask.End);
        int[] minutes = [.. asks.Where(ask => ask.End is AskEnd.Consented or AskEnd.Refused).Select(MinutesOf).Order()];
        return new(
            asks.Count, Count(AskEnd.Consented), Count(AskEnd.Refused), Count(AskEnd.NoAnswer), Count(AskEnd.Revoked), Count(AskEnd.Withdrawn), ends[null].Count(),
            ends[AskEnd.Refused].GroupBy(ask => ask.Code ?? RefusalCode.Other).ToImmutableSortedDictionary(code => code.Key, code => code.Count()),
            Rank(minutes, 50), Rank(minutes, 90));

        int Count(AskEnd end) => ends[end].Count();
    }

    private static int MinutesOf(Ask ask) => (int)Math.Ceiling((ask.EndedAt!.Value - ask.AskedAt).TotalMinutes);

    /// <summary>The smallest of the values that at least so many percent of them do not exceed (nearest rank).</summary>
    private static int? Rank(int[] sorted, int percent) => sorted.Length == 0 ? null : sorted[((sorted.Length * percent) + 99) / 100 - 1];
}
