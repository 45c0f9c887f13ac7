using System.Net;
using Gateway.Rpc;
using Google.Rpc;
using Plek.Test.V1;
using Xunit;

namespace Gateway.Wire;

public sealed class RpcRateTests(RpcRateTests.Host host) : IClassFixture<RpcRateTests.Host>
{
    public sealed class Host : RpcHost
    {
        protected override RpcOptions Options => base.Options with { RatePerSecond = 1, RateBurst = 3 };
    }

    [Fact]
    public async Task Refuses_a_caller_beyond_its_rate_and_says_when_to_come_back_while_others_are_served()
    {
        for (var n = 0; n < 3; n++) Assert.Equal("0", (await host.GrpcAsync("Echo", new EchoRequest(), ("authorization", "bob"))).Grpc("grpc-status"));

        var refused = await host.GrpcAsync("Echo", new EchoRequest(), ("authorization", "bob"));
        Assert.Equal("8", refused.Grpc("grpc-status"));
        Assert.Equal("RATE_LIMITED", refused.GrpcStatus.Details[0].Unpack<ErrorInfo>().Reason);
        Assert.InRange(refused.GrpcStatus.Details[1].Unpack<RetryInfo>().RetryDelay.ToTimeSpan(), TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await host.JsonAsync("Echo", "{}", ("authorization", "bob"))).Status);
        Assert.Equal("0", (await host.GrpcAsync("Echo", new EchoRequest(), ("authorization", "carol"))).Grpc("grpc-status"));
    }

    [Fact]
    public void Gives_back_tokens_at_the_rate_and_never_more_than_the_burst()
    {
        var time = new Hand();
        var limit = new RateLimit(perSecond: 10, burst: 2, callersMax: 10, time);
        Assert.Equal(2, Taken(limit, "ann"));
        time.Move(TimeSpan.FromMilliseconds(100));
        Assert.Equal(1, Taken(limit, "ann"));
        time.Move(TimeSpan.FromHours(1));
        Assert.Equal(2, Taken(limit, "ann"));
    }

    [Fact]
    public void Lets_the_newest_callers_share_one_count_when_too_many_are_busy_and_forgets_the_idle()
    {
        var time = new Hand();
        var limit = new RateLimit(perSecond: 1, burst: 2, callersMax: 3, time);
        foreach (var caller in new[] { "a", "b", "c" }) Assert.Equal(2, Taken(limit, caller));
        Assert.Equal(2, Taken(limit, "d"));
        Assert.Equal(0, Taken(limit, "e"));

        time.Move(TimeSpan.FromSeconds(10));
        Assert.Equal(2, Taken(limit, "d"));
        Assert.Equal(2, Taken(limit, "e"));
    }

    private static int Taken(RateLimit limit, string caller)
    {
        for (var n = 0; ; n++)
        {
            try
            {
                limit.Take(caller);
            }
            catch (RpcException)
            {
                return n;
            }
        }
    }

    /// <summary>A clock that moves only by hand.</summary>
    private sealed class Hand : TimeProvider
    {
        private long _ticks;
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;
        public override long GetTimestamp() => _ticks;
        public void Move(TimeSpan by) => _ticks += by.Ticks;
    }
}
