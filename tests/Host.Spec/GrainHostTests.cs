using Grains.Kernel;
using Silo.Storage;
using Xunit;
using static Host.Spec.HostBed;

namespace Host.Spec;

public sealed class GrainHostTests
{
    [Fact]
    public async Task An_accepted_step_is_in_the_log_when_it_is_answered()
    {
        await using var bed = await StartAsync();
        var accepted = Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 4));
        Assert.Equal(4, (await bed.Logged(Facility)).Sum);
        Assert.Equal(1, accepted.Position);
        Assert.Equal(new Tally.Event.Added(4), accepted.Find<Tally.Event.Added>());
    }

    [Fact]
    public async Task Nobody_is_answered_before_the_commit()
    {
        await using var bed = await StartAsync();
        bed.Store.Pause();
        var answer = bed.Add(Facility, 4).AsTask();
        await bed.CommitWaitsAsync();
        Assert.False(answer.IsCompleted);
        Assert.Equal(0, await bed.Sum(Facility)); // A reader sees only what is durable.
        bed.Store.Resume();
        Assert.IsType<Answer.Accepted>(await answer);
        Assert.Equal(4, await bed.Sum(Facility));
    }

    [Fact]
    public async Task One_hot_grain_shares_one_commit()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 0);
        bed.Store.Pause();
        var first = bed.Add(Facility, 1).AsTask();
        await bed.CommitWaitsAsync();
        var others = Enumerable.Range(0, 9).Select(_ => bed.Add(Facility, 1).AsTask()).ToList();
        bed.Store.Step(); // The first went alone; all the others wait behind it and go together.
        await bed.CommitWaitsAsync();
        bed.Store.Step();
        await Task.WhenAll([first, .. others]).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(10, (await bed.Logged(Facility)).Sum);
        bed.Store.Resume();
    }

    [Fact]
    public async Task A_refusal_waits_for_the_events_that_it_rests_on()
    {
        await using var bed = await StartAsync();
        bed.Store.Pause();
        var first = bed.Add(Facility, 8).AsTask();
        await bed.CommitWaitsAsync();
        var second = bed.Add(Facility, 8).AsTask(); // Refused on the 8 in flight.
        Assert.False(second.IsCompleted);
        bed.Store.FailNext(CommitFault.Unavailable); // The 8 never happened, so the refusal would be a lie.
        bed.Store.Resume();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => first);
        Assert.IsType<Answer.Accepted>(await second);
        Assert.Equal(8, (await bed.Logged(Facility)).Sum);
    }

    [Fact]
    public async Task Of_two_refusing_parts_the_first_speaks_and_nothing_is_written()
    {
        await using var bed = await StartAsync();
        var refused = Assert.IsType<Answer.Refused>(await bed.Ask(null, (Placement, 11), (Facility, 11)));
        Assert.Equal(Placement, refused.By);
        Assert.Equal(0, await bed.Store.LastPositionAsync(default));
    }

    [Fact]
    public async Task A_joint_step_writes_all_its_parts_or_none()
    {
        await using var bed = await StartAsync();
        Assert.IsType<Answer.Accepted>(await bed.Ask(null, (Facility, 6), (Placement, 6)));
        Assert.IsType<Answer.Refused>(await bed.Ask(null, (Facility, 1), (Placement, 6)));
        Assert.Equal(6, (await bed.Logged(Facility)).Sum);
        Assert.Equal(6, (await bed.Logged(Placement)).Sum);
    }

    [Fact]
    public async Task The_same_command_again_gets_the_same_answer_also_on_another_host()
    {
        await using var bed = await StartAsync();
        var first = Assert.IsType<Answer.Accepted>(await bed.Ask("once", (Facility, 6), (Placement, 3)));
        var again = Assert.IsType<Answer.Accepted>(await bed.Ask("once", (Facility, 6), (Placement, 3)));
        await using var other = await StartAsync(bed.Store);
        var elsewhere = Assert.IsType<Answer.Accepted>(await other.Ask("once", (Facility, 6), (Placement, 3)));
        foreach (var answer in new[] { again, elsewhere })
        {
            Assert.Equal(first.Position, answer.Position);
            Assert.Equal(first.Facts.Select(fact => (fact.Stream, fact.Version, fact.Event)), answer.Facts.Select(fact => (fact.Stream, fact.Version, fact.Event)));
        }
        Assert.Equal(6, (await bed.Logged(Facility)).Sum);
    }

    [Fact]
    public async Task A_retry_gets_its_recorded_answer_even_when_it_would_be_refused_now()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 9, "once");
        Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 9, "once"));
        Assert.Equal(9, await bed.Sum(Facility));
    }

    [Fact]
    public async Task Two_tries_of_one_command_in_flight_together_count_once()
    {
        await using var bed = await StartAsync();
        bed.Store.Pause();
        var tries = Enumerable.Range(0, 4).Select(_ => bed.Add(Facility, 2, "once").AsTask()).ToList();
        await bed.CommitWaitsAsync();
        bed.Store.Resume();
        foreach (var answer in await Task.WhenAll(tries)) Assert.IsType<Answer.Accepted>(answer);
        Assert.Equal(2, (await bed.Logged(Facility)).Sum);
        Assert.Equal(2, await bed.Sum(Facility));
    }

    [Fact]
    public async Task Other_contents_under_the_same_id_are_refused()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 1, "once");
        var refused = Assert.IsType<Answer.Refused>(await bed.Add(Facility, 2, "once"));
        Assert.Equal(Reason.CommandIdReused, refused.Refusal.Reason);
    }

    [Fact]
    public async Task A_refused_command_may_be_accepted_later_under_the_same_id()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 9);
        Assert.IsType<Answer.Refused>(await bed.Add(Facility, 2, "later"));
        await bed.Add(Facility, -5);
        Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 2, "later"));
    }

    [Fact]
    public async Task Already_so_is_remembered_as_an_acceptance()
    {
        await using var bed = await StartAsync();
        Assert.Empty(Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 0, "nothing")).Facts);
        Assert.IsType<Answer.Refused>(await bed.Add(Facility, 1, "nothing"));
    }

    [Fact]
    public async Task A_rival_host_costs_a_retry_and_never_a_place()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Store);
        await one.Add(Facility, 1);
        await two.Add(Facility, 1);
        await one.Add(Facility, 3);
        Assert.IsType<Answer.Accepted>(await two.Add(Facility, 5)); // Decided on 2, found 5, decided again: exactly 10.
        Assert.IsType<Answer.Refused>(await one.Add(Facility, 1));
        Assert.Equal(10, (await one.Logged(Facility)).Sum);
    }

    [Fact]
    public async Task A_refusal_from_a_stale_copy_is_decided_again()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Store);
        await one.Add(Facility, 9);
        await two.Add(Facility, -5);
        Assert.IsType<Answer.Accepted>(await one.Add(Facility, 5)); // Its own copy still says 9.
    }

    [Fact]
    public async Task A_plan_made_from_an_older_state_is_answered_outdated()
    {
        await using var bed = await StartAsync();
        var seen = await bed.Host.ReadAsync<Tally.State>(Placement, default);
        await bed.Add(Placement, 1);
        Assert.IsType<Answer.Outdated>(await bed.Ask(null, new Part(Facility, new Tally.Command.Add(1)), new Part(Placement, null, seen.Head)));
        Assert.Empty((await bed.Logged(Facility)).Types);
    }

    [Fact]
    public async Task A_part_that_is_only_read_is_checked_at_the_commit()
    {
        await using var one = await StartAsync();
        await using var two = await StartAsync(one.Store);
        var seen = await one.Host.ReadAsync<Tally.State>(Placement, default);
        await two.Add(Placement, 1);
        Assert.IsType<Answer.Outdated>(await one.Ask(null, new Part(Facility, new Tally.Command.Add(1)), new Part(Placement, null, seen.Head)));
        Assert.Empty((await one.Logged(Facility)).Types);
    }

    [Fact]
    public async Task A_bug_in_a_decider_hurts_its_caller_alone()
    {
        await using var bed = await StartAsync();
        await bed.Add(Facility, 2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => bed.Ask(null, new Part(Facility, new Tally.Command.Break())).AsTask());
        Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 2));
        Assert.Equal(4, await bed.Sum(Facility));
    }

    [Fact]
    public async Task A_full_mailbox_answers_unavailable_and_the_rest_goes_on()
    {
        await using var bed = await StartAsync(options: new() { MailboxMax = 3 });
        await bed.Add(Facility, 0);
        bed.Store.Pause();
        var answers = Enumerable.Range(0, 5).Select(_ => bed.Add(Facility, 1).AsTask()).ToList();
        await bed.CommitWaitsAsync();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => answers[4]);
        bed.Store.Resume();
        Assert.Equal(3, (await Task.WhenAll(answers.Take(3))).OfType<Answer.Accepted>().Count());
        Assert.Equal(3, await bed.Sum(Facility));
    }

    [Fact]
    public async Task Too_many_steps_in_the_house_are_turned_away()
    {
        await using var bed = await StartAsync(options: new() { StepsMax = 2 });
        bed.Store.Pause();
        var answers = Enumerable.Range(0, 2).Select(_ => bed.Add(Facility, 1).AsTask()).ToList();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Add(Facility, 1).AsTask());
        await bed.CommitWaitsAsync();
        bed.Store.Resume();
        await Task.WhenAll(answers);
        Assert.IsType<Answer.Accepted>(await bed.Add(Facility, 1));
    }

    [Fact]
    public async Task Stopping_answers_what_was_taken_and_takes_no_more()
    {
        var bed = await StartAsync();
        bed.Store.Pause();
        var answer = bed.Add(Facility, 1).AsTask();
        await bed.CommitWaitsAsync();
        var stopping = bed.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => bed.Add(Facility, 1).AsTask());
        Assert.False(stopping.IsCompleted);
        bed.Store.Resume();
        Assert.IsType<Answer.Accepted>(await answer);
        await stopping;
    }
}
