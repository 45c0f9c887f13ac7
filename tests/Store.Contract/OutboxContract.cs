using Grains.Kernel;
using Silo.Storage.Outbox;
using Xunit;
using static System.Threading.CancellationToken;

namespace Store.Contract;

/// <summary>What every outbox promises.</summary>
public abstract class OutboxContract : IAsyncLifetime
{
    protected static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    protected IOutbox Outbox { get; set; } = null!;

    protected abstract IOutbox Open();

    public Task InitializeAsync()
    {
        Outbox = Open();
        return Task.CompletedTask;
    }

    public virtual async Task DisposeAsync() => await Outbox.DisposeAsync();

    protected static Notice Notice(string id = "placement-r1-7-0") => new(id, "DeadlineMissed", StreamId.Placement("r1"), "CrisisDesk", Noon.AddMinutes(-1));

    protected async Task<string> ClaimedAsync(DateTimeOffset now, int max = 10) =>
        string.Join(' ', (await Outbox.ClaimAsync(now, now.AddMinutes(1), max, None)).Select(d => $"{d.Notice.Id[^1]}@{d.Target}"));

    [Fact]
    public async Task One_effect_to_one_target_is_one_delivery_also_after_it_was_sent()
    {
        await Outbox.AddAsync(Notice(), ["a", "b"], Noon, None);
        await Outbox.AddAsync(Notice(), ["b", "a"], Noon, None);
        var claimed = await Outbox.ClaimAsync(Noon, Noon.AddMinutes(1), 10, None);
        Assert.Equal(["a", "b"], claimed.Select(d => d.Target).Order());
        Assert.All(claimed, d => Assert.Equal((Notice(), 0), (d.Notice, d.Tries)));
        foreach (var delivery in claimed) await Outbox.SentAsync(delivery.Id, Noon, None);

        await Outbox.AddAsync(Notice(), ["a"], Noon, None);
        Assert.Equal("", await ClaimedAsync(Noon.AddDays(1)));
    }

    [Fact]
    public async Task Of_a_target_one_at_a_time_and_never_more_than_asked_for()
    {
        await Outbox.AddAsync(Notice("e-1"), ["a"], Noon, None);
        await Outbox.AddAsync(Notice("e-2"), ["a", "b"], Noon, None);
        Assert.Equal("1@a", await ClaimedAsync(Noon, max: 1));
        Assert.Equal("2@b", await ClaimedAsync(Noon));
        Assert.Equal("", await ClaimedAsync(Noon));
        Assert.Equal("1@a 2@b", await ClaimedAsync(Noon.AddMinutes(1))); // Their sender died.
    }

    [Fact]
    public async Task What_failed_waits_and_lets_others_of_its_target_go_first()
    {
        await Outbox.AddAsync(Notice("e-1"), ["a"], Noon, None);
        await Outbox.AddAsync(Notice("e-2"), ["a"], Noon, None);
        var first = Assert.Single(await Outbox.ClaimAsync(Noon, Noon.AddMinutes(1), 10, None));
        await Outbox.FailedAsync(first.Id, "HTTP 503", Noon.AddSeconds(5), Noon, None);
        Assert.Equal("2@a", await ClaimedAsync(Noon));
        var again = Assert.Single(await Outbox.ClaimAsync(Noon.AddMinutes(2), Noon.AddMinutes(3), 10, None));
        Assert.Equal((first.Id, 1), (again.Id, again.Tries));
    }

    [Fact]
    public async Task What_is_given_up_is_listed_and_tried_anew_only_when_asked()
    {
        await Outbox.AddAsync(Notice(), ["a"], Noon, None);
        var delivery = Assert.Single(await Outbox.ClaimAsync(Noon, Noon.AddMinutes(1), 10, None));
        await Outbox.FailedAsync(delivery.Id, "timed out", null, Noon, None);
        Assert.Equal("", await ClaimedAsync(Noon.AddDays(1)));
        var dead = Assert.Single(await Outbox.DeadLettersAsync(10, None));
        Assert.Equal((delivery with { Tries = 1 }, "timed out", Noon), (dead.Delivery, dead.Reason, dead.At));

        Assert.False(await Outbox.RetryAsync(delivery.Id + 1, Noon, None));
        Assert.True(await Outbox.RetryAsync(delivery.Id, Noon, None));
        Assert.True(await Outbox.RetryAsync(delivery.Id, Noon, None));
        Assert.Empty(await Outbox.DeadLettersAsync(10, None));
        Assert.Equal(delivery, Assert.Single(await Outbox.ClaimAsync(Noon, Noon.AddMinutes(1), 10, None)));
    }

    [Fact]
    public async Task Forgets_what_is_over_and_nothing_that_waits()
    {
        await Outbox.AddAsync(Notice(), ["a", "b", "c"], Noon, None);
        var claimed = await Outbox.ClaimAsync(Noon, Noon.AddMinutes(1), 10, None);
        await Outbox.SentAsync(claimed[0].Id, Noon, None);
        await Outbox.FailedAsync(claimed[1].Id, "x", null, Noon, None);
        await Outbox.ForgetAsync(Noon, None);
        Assert.Single(await Outbox.DeadLettersAsync(10, None));
        await Outbox.ForgetAsync(Noon.AddTicks(10), None);
        Assert.Empty(await Outbox.DeadLettersAsync(10, None));
        Assert.Equal(claimed[2].Id, Assert.Single(await Outbox.ClaimAsync(Noon.AddMinutes(1), Noon.AddMinutes(2), 10, None)).Id);
    }

    [Fact]
    public async Task Keeps_one_subscriber_for_each_subscription()
    {
        await Outbox.SubscribeAsync(new(new("s1"), "ann", ["CrisisDesk"], null, Noon), None);
        await Outbox.SubscribeAsync(new(new("s1"), "ann", ["ProviderIntake", "StaffPlanner"], "yulius", Noon.AddDays(1)), None);
        var one = Assert.Single(await Outbox.SubscribersAsync(None));
        Assert.Equal(("ann", "ProviderIntake,StaffPlanner", "yulius", Noon.AddDays(1)), (one.Caller, string.Join(',', one.Roles), one.Provider, one.Until));
        await Outbox.UnsubscribeAsync(new("s1"), None);
        Assert.Empty(await Outbox.SubscribersAsync(None));
    }
}

public sealed class MemoryOutboxTests : OutboxContract
{
    protected override IOutbox Open() => new MemoryOutbox();
}

public sealed class SqliteOutboxTests : OutboxContract
{
    private readonly TemporaryFolder _folder = new();

    protected override IOutbox Open() => SqliteOutbox.Open(_folder.File("outbox.db"));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_a_process_that_ended_had_claimed_is_free_at_once()
    {
        await Outbox.AddAsync(Notice(), ["a"], Noon, None);
        Assert.Equal("0@a", await ClaimedAsync(Noon));
        await Outbox.DisposeAsync();
        Outbox = Open();
        Assert.Equal("0@a", await ClaimedAsync(Noon));
    }
}
