using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using Gateway.Views;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Xunit;

namespace Views.Spec;

public sealed class AnswerBookTests
{
    private static readonly TimeSpan Window = TimeSpan.FromDays(AnswerBook.WindowDays);
    private static readonly StreamId Request = StreamId.Placement("r1");

    private readonly Bed _bed = new();
    private readonly AnswerBook _book = new();
    private readonly FeedFollower _follower;

    public AnswerBookTests() => _follower = _bed.Follow(_book);

    private Figures Yulius => Figures.Of(_book.Current.Of("yulius"));

    [Fact]
    public async Task Counts_an_answer_with_its_code_and_how_long_it_took()
    {
        await WriteAsync(Samples.Wending, Samples.Registered());
        await WriteAsync(Request, Requests.Submitted(), Requests.Triaged(Urgency.Immediate), Requests.Offered());
        Assert.Equal((1, 1, null, null), (Yulius.Asked, Yulius.Open, Yulius.MedianMinutes, Yulius.AcceptPercent));

        _bed.Clock.Advance(TimeSpan.FromSeconds(610));
        await WriteAsync(Request, Refused(RefusalCode.StaffShortage));

        Assert.Equal((1, 1, 0, 11, 0), (Yulius.Asked, Yulius.Refused, Yulius.Open, Yulius.MedianMinutes, Yulius.AcceptPercent));
        Assert.Equal([KeyValuePair.Create(RefusalCode.StaffShortage, 1)], Yulius.ByCode);
    }

    [Fact]
    public async Task A_consent_stays_one_whatever_becomes_of_the_place()
    {
        await WriteAsync(Samples.Wending, Samples.Registered());
        await WriteAsync(Request, Requests.Submitted(), Requests.Triaged(Urgency.Today), Requests.Offered(), new PlacementEvent.Consented(1, new("p"), new(Bed.Noon, Bed.Noon)));

        await WriteAsync(Request, Requests.Over(AttemptEnd.Revoked), Requests.Cancelled);

        Assert.Equal((1, 1, 0, 100), (Yulius.Asked, Yulius.Consented, Yulius.Revoked, Yulius.AcceptPercent));
    }

    [Fact]
    public async Task Turns_with_time_alone()
    {
        await WriteAsync(Samples.Wending, Samples.Registered());
        await WriteAsync(Request, Requests.Submitted(), Requests.Triaged(Urgency.Today), Requests.Offered());
        _bed.Clock.Advance(TimeSpan.FromHours(1));
        await WriteAsync(Request, Refused(RefusalCode.Other), Requests.Offered(attempt: 2));
        Assert.Equal(Bed.Noon + Window, _book.ValidUntil);

        await PassAsync(Window - TimeSpan.FromHours(1) - TimeSpan.FromTicks(10));
        Assert.Equal(2, Yulius.Asked);
        await PassAsync(TimeSpan.FromTicks(10));
        Assert.Equal((1, 1), (Yulius.Asked, Yulius.Open));
        await PassAsync(TimeSpan.FromHours(1));

        Assert.Equal((0, null), (Yulius.Asked, _book.ValidUntil));
        await WriteAsync(Request, Refused(RefusalCode.Other, attempt: 2)); // Answered long after: it counts no more.
        Assert.Equal(0, Yulius.Asked);
    }

    // Nearest rank, as the proto promises it; family and request are no refusals of the provider's.
    [Theory]
    [InlineData(1, 7, 7)]
    [InlineData(2, 7, 8)]
    [InlineData(10, 11, 15)]
    [InlineData(11, 12, 16)]
    public void Median_and_ninetieth_are_answers_that_were_given(int answers, int median, int ninetieth)
    {
        var asks = Enumerable.Range(0, answers).Select(i => Answered(AskEnd.Consented, 7 + i)).Reverse().Append(Answered(AskEnd.NoAnswer, 90)).Append(Answered(AskEnd.Withdrawn, 1));
        var figures = Figures.Of([.. asks]);
        Assert.Equal((median, ninetieth), (figures.MedianMinutes, figures.NinetiethMinutes));
    }

    [Fact]
    public void The_rate_counts_what_was_the_providers_to_accept()
    {
        ImmutableArray<Ask> asks =
        [
            Answered(AskEnd.Consented), Answered(AskEnd.Consented), Answered(AskEnd.NoAnswer), Answered(AskEnd.Revoked), Answered(AskEnd.Withdrawn), new("f", "u", Bed.Noon),
            .. Enum.GetValues<RefusalCode>().Where(code => code != RefusalCode.NoAnswer).Select(code => Answered(AskEnd.Refused) with { Code = code }),
        ];
        var figures = Figures.Of(asks);

        // 12 refusals less NoLegalBasis, ParentsRefuse, ChildRefuses and TooFar are 8; 2 of 2 + 8 + 1.
        Assert.Equal((18, 12, 18), (figures.Asked, figures.Refused, figures.AcceptPercent));
        Assert.Null(Figures.Of([Answered(AskEnd.Refused) with { Code = RefusalCode.TooFar }]).AcceptPercent);
    }

    // However requests go, the book says what each request's own state says of its attempts and enquiries.
    [Fact]
    public void Says_what_a_recount_of_the_requests_says() => Prop.ForAll(Conversations.All, talks => CheckAsync(talks).Wait()).QuickCheckThrowOnFailure();

    private static async Task CheckAsync(Said[] talks)
    {
        var (bed, book) = (new Bed(), new AnswerBook());
        var follower = bed.Follow(book);
        var said = await Conversations.BeginAsync(bed);
        foreach (var (i, talk) in talks.Index())
        {
            await said.DoAsync(talk);
            if (i % 4 == 0) await CatchUpAsync(follower);
        }
        await CatchUpAsync(follower);
        var from = bed.Clock.GetUtcNow() - Window;
        foreach (var provider in new[] { "p0", "p1", "p2" })
            Assert.Equal(Recount(said, provider).Where(ask => ask.AskedAt > from).Order(ByAll), book.Current.Of(provider).Order(ByAll));

        var again = new AnswerBook();
        await bed.Follow(again).CatchUpAsync(default);
        Assert.Equal(book.Current.Of("p0").Order(ByAll), again.Current.Of("p0").Order(ByAll));
    }

    private static IEnumerable<Ask> Recount(Conversations said, string provider)
    {
        foreach (var events in said.Requests.Values)
        {
            foreach (var (fact, at, _) in events)
            {
                var ask = fact switch
                {
                    PlacementEvent.Offered f => Told(events, new(f.FacilityId, f.UnitId, at), state => EndOf(state, f.Attempt)),
                    PlacementEvent.Enquired f => Told(events, new(f.FacilityId, f.UnitId, at), state => EndOf(state.Enquiries.GetValueOrDefault(f.Enquiry)?.End)),
                    _ => null,
                };
                if (ask is not null && said.Owners.Last(owner => owner.Facility == ask.FacilityId && owner.Position < said.Positions[fact]).Provider == provider) yield return ask;
            }
        }
    }

    /// <summary>The first state in which the question has ended, and the event that made it.</summary>
    private static Ask Told(List<(PlacementEvent Fact, DateTimeOffset At, PlacementState State)> events, Ask ask, Func<PlacementState, AskEnd?> endIn)
    {
        var ended = events.FirstOrDefault(e => endIn(e.State) is not null);
        if (ended.State is null) return ask;
        var code = ended.Fact switch { PlacementEvent.AttemptOver f => f.Code, PlacementEvent.EnquiryOver f => f.Code, _ => null };
        var end = endIn(ended.State);
        return ask with { End = end, Code = end == AskEnd.Refused ? code : null, EndedAt = ended.At };
    }

    private static AskEnd? EndOf(PlacementState state, int attempt) =>
        state.Live?.Number == attempt ? state.Phase == PlacementPhase.Offered ? null : AskEnd.Consented
        : !state.Past.TryGetValue(attempt, out var past) ? null
        : past.End switch
        {
            AttemptEnd.Refused => AskEnd.Refused,
            AttemptEnd.Expired => AskEnd.NoAnswer,
            AttemptEnd.Revoked => AskEnd.Revoked,
            _ => AskEnd.Withdrawn,
        };

    private static AskEnd? EndOf(EnquiryEnd? end) => end switch
    {
        null => null,
        EnquiryEnd.Agreed => AskEnd.Consented,
        EnquiryEnd.Refused => AskEnd.Refused,
        EnquiryEnd.NoAnswer => AskEnd.NoAnswer,
        _ => AskEnd.Withdrawn,
    };

    private static readonly Comparer<Ask> ByAll = Comparer<Ask>.Create((a, b) => string.CompareOrdinal($"{a.AskedAt:O} {a}", $"{b.AskedAt:O} {b}"));

    private static Ask Answered(AskEnd end, int minutes = 5) => new("f", "u", Bed.Noon, end, null, Bed.Noon.AddMinutes(minutes));

    private static PlacementEvent Refused(RefusalCode code, int attempt = 1) => ((PlacementEvent.AttemptOver)Requests.Over(attempt: attempt)) with { Code = code };

    private async Task WriteAsync(StreamId stream, params object[] facts)
    {
        await _bed.WriteAsync(stream, facts);
        await CatchUpAsync(_follower);
    }

    private async Task PassAsync(TimeSpan time)
    {
        _bed.Clock.Advance(time);
        await CatchUpAsync(_follower);
    }

    private static async Task CatchUpAsync(FeedFollower follower)
    {
        while (await follower.RunOnceAsync(default) > 0) { }
        Assert.Null(follower.Trouble);
    }
}
