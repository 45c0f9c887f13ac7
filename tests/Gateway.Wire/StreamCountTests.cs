using Gateway.Rpc;
using Xunit;

namespace Gateway.Wire;

public sealed class StreamCountTests
{
    [Fact]
    public void A_caller_has_so_many_streams_and_no_more_until_one_closes()
    {
        var count = new StreamCount(2);
        count.Open("ann");
        count.Open("ann");
        Assert.Equal("TOO_MANY_STREAMS", Assert.Throws<RpcException>(() => count.Open("ann")).Reason);
        count.Open("bob"); // Counted apart.
        count.Close("ann");
        count.Open("ann");
        Assert.Throws<RpcException>(() => count.Open("ann"));
    }

    [Theory]
    [InlineData("gewoon een zin\nmet een tweede regel", true)]
    [InlineData("nul\0teken", false)]
    [InlineData("om\u202Egekeerd", false)]
    public void A_text_hides_nothing(string text, bool taken)
    {
        if (taken) Assert.Equal(text, Check.Text(text, 1, 100, "note"));
        else Assert.Equal("note", Assert.Throws<RpcException>(() => Check.Text(text, 1, 100, "note")).Violations.Single().Field);
    }
}
