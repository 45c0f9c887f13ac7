using Grains.Kernel;
using Silo.Host;
using Silo.Storage;
using Xunit;

namespace Host.Spec;

/// <summary>Two hosts over one store that fails in every way it can, and clients that never give up: whatever is acknowledged is in the log
/// exactly once, whatever was refused is not, and no copy ever believes something else than the log.</summary>
public sealed class ChaosTests
{
    private static readonly StreamId[] Streams =
        [StreamId.Facility("a"), StreamId.Facility("b"), StreamId.Placement("p"), StreamId.Placement("q")];

    [Fact]
    public void Whatever_breaks_every_acknowledged_step_stands_once()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var run = new Run(seed);
            OneThread.Run(run.GoAsync);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_log()
    {
        var logs = Enumerable.Range(0, 2).Select(_ =>
        {
            var run = new Run(7);
            OneThread.Run(run.GoAsync);
            return run.Log;
        }).ToArray();
        Assert.NotEmpty(logs[0]);
        Assert.Equal(logs[0], logs[1]);
    }

    private sealed class Run(int seed)
    {
        private const int Clients = 6;
        private const int CommandsEach = 12;

        private readonly Random _random = new(seed);
        private readonly MemoryStore _store = new();
        private readonly ManualClock _clock = new(HostBed.Noon);
        private readonly List<(string Id, (StreamId Stream, int Amount)[] Adds, bool Accepted)> _answers = [];
        private GrainHost[] _hosts = [];
        private int _ids;

        public string Log { get; private set; } = "";

        public async Task GoAsync()
        {
            _hosts = [await StartAsync(), await StartAsync()];
            var clients = Enumerable.Range(0, Clients).Select(ClientAsync).ToList();
            var breaking = BreakAsync(() => clients.All(client => client.IsCompleted));
            await Task.WhenAll([.. clients, breaking]);
            _store.LandHeldBack();
            await CheckAsync();
        }

        private async Task<GrainHost> StartAsync()
        {
            var host = new GrainHost(_store, Tally.Types, _clock, () => new Guid(++_ids, 0, 0, new byte[8]), new() { AttemptsMax = 100, SnapshotEvery = 3 });
            await host.StartAsync(default);
            return host;
        }

        private async Task ClientAsync(int client)
        {
            for (var n = 0; n < CommandsEach; n++)
            {
                var id = $"{client}-{n}";
                var adds = Streams.Where(_ => _random.Next(3) == 0).DefaultIfEmpty(Streams[_random.Next(Streams.Length)])
                    .Select(stream => (stream, _random.Next(-3, 5))).ToArray();
                DateTimeOffset? before = _random.Next(3) == 0 ? _clock.Now.AddSeconds(_random.Next(1, 20)) : null;
                var answer = await UntilAnsweredAsync(HostBed.StepOf(id, [.. adds.Select(add => new Part(add.stream, new Tally.Command.Add(add.Item2, before)))]));
                _answers.Add((id, adds, answer is Answer.Accepted));
            }
        }

        // A client that hears nothing certain tries the same id again, on either node.
        private async Task<Answer> UntilAnsweredAsync(Step step)
        {
            for (var tries = 0; tries < 10_000; tries++)
            {
                try
                {
                    return await _hosts[_random.Next(_hosts.Length)].AskAsync(step, default);
                }
                catch (Exception e) when (e is StoreUnavailableException or StoreOutcomeUnknownException)
                {
                    await Task.Yield();
                }
            }
            throw new TimeoutException($"Seed {seed}: {step.Command.Key} got no certain answer in 10,000 tries.");
        }

        private async Task BreakAsync(Func<bool> done)
        {
            while (!done())
            {
                if (_random.Next(4) == 0) _store.FailNext((CommitFault)_random.Next(4));
                if (_random.Next(6) == 0) _store.LandHeldBack();
                if (_random.Next(10) == 0) _store.Pause();
                if (_random.Next(3) == 0) _store.Resume();
                _clock.Now = _clock.Now.AddSeconds(_random.Next(3));
                for (var pause = _random.Next(8); pause > 0; pause--) await Task.Yield();
            }
            _store.Resume();
        }

        private async Task CheckAsync()
        {
            var logged = await _store.ReadFeedAsync(0, StoreLimits.ReadMax, default);
            Log = string.Join('\n', logged.Select(stored => $"{stored.Position} {stored.Stream} {stored.Version} {stored.Id} {stored.Type} {System.Text.Encoding.UTF8.GetString(stored.Data.Span)}"));
            Assert.Equal(Clients * CommandsEach, _answers.Count);
            foreach (var stream in Streams)
            {
                var (sum, adds) = (0, 0);
                foreach (var stored in logged.Where(stored => stored.Stream == stream))
                {
                    if (Tally.Types.Single(type => type.Kind == stream.Kind).Json.Decode(stored).Event is not Tally.Event.Added added) continue;
                    (sum, adds) = (sum + added.Amount, adds + 1);
                    Assert.True(sum <= Tally.Limit, $"Seed {seed}: {stream} went to {sum}.");
                }
                var accepted = _answers.Where(answer => answer.Accepted).SelectMany(answer => answer.Adds).Where(add => add.Stream == stream && add.Amount != 0).ToList();
                Assert.True(accepted.Count == adds, $"Seed {seed}: {stream} has {adds} additions, {accepted.Count} were acknowledged.");
                Assert.True(accepted.Sum(add => add.Amount) == sum, $"Seed {seed}: {stream} sums to {sum}.");
                foreach (var host in _hosts) await AgreesAsync(host, stream, sum);
            }
        }

        // After one more accepted step no copy may differ from the log.
        private async Task AgreesAsync(GrainHost host, StreamId stream, int sum)
        {
            while (_store.Step()) { }
            for (var tries = 0; ; tries++)
            {
                try
                {
                    Assert.IsType<Answer.Accepted>(await host.AskAsync(HostBed.StepOf(null, new Part(stream, new Tally.Command.Add(0))), default));
                    Assert.Equal(sum, (await host.ReadAsync<Tally.State>(stream, default)).State.Sum);
                    return;
                }
                catch (Exception e) when (e is StoreUnavailableException or StoreOutcomeUnknownException && tries < 100)
                {
                    await Task.Yield();
                }
            }
        }
    }
}
