using Xunit;

namespace Gateway.Wire.Replay;

public sealed class SimulatedClockTests
{
    private static readonly DateTimeOffset Start = new(2021, 2, 25, 21, 10, 39, TimeSpan.FromHours(-5));
    private readonly Gateway.Replay.SimulatedClock _clock = new(Start);

    [Fact]
    public void Begins_where_it_was_set_and_runs_on()
    {
        var first = _clock.GetUtcNow();
        Assert.Equal(TimeSpan.Zero, first.Offset);
        Assert.InRange(first, Start, Start.AddMinutes(1));
        Assert.True(SpinWait.SpinUntil(() => _clock.GetUtcNow() > first, TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void Never_goes_back()
    {
        Assert.True(_clock.MoveTo(Start.AddDays(1)));
        Assert.False(_clock.MoveTo(Start));
        Assert.True(_clock.GetUtcNow() >= Start.AddDays(1));
    }

    [Fact]
    public async Task Wakes_who_sleeps_until_an_instant_that_a_move_passes()
    {
        var sleep = Task.Delay(TimeSpan.FromHours(20), _clock);
        var longer = Task.Delay(TimeSpan.FromHours(40), _clock);
        _clock.MoveTo(Start.AddDays(1));
        await sleep.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.False(longer.IsCompleted);
    }

    [Fact]
    public async Task Wakes_a_repeated_timer_again_after_it_has_fired()
    {
        using var ticks = new PeriodicTimer(TimeSpan.FromHours(1), _clock);
        for (var hours = 2; hours <= 6; hours += 2)
        {
            _clock.MoveTo(Start.AddHours(hours));
            Assert.True(await ticks.WaitForNextTickAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10)));
        }
    }
}
