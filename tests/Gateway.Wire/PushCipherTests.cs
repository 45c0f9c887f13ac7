using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gateway.Notify;
using Xunit;

namespace Gateway.Wire;

/// <summary>What is encrypted for a browser, and which addresses it may be sent to.</summary>
public sealed class PushCipherTests
{
    // RFC 8291, appendix A.
    private const string OncePrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    private const string OncePublic = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private const string Browser = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string Auth = "BTBZMqHH6r4Tts7J_aSIgg";
    private const string Salt = "DGv6ra1nlYgDCS1FRnbzlw";
    private const string Message = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";

    [Fact]
    public void Encrypts_as_the_standards_own_example()
    {
        using var once = ECDiffieHellman.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = PushCipher.PointOf(Bytes(OncePublic)), D = Bytes(OncePrivate) });
        var message = PushCipher.Encrypt(Encoding.UTF8.GetBytes("When I grow up, I want to be a watermelon"), Bytes(Browser), Bytes(Auth), once, Bytes(Salt));
        Assert.Equal(Message, Base64Url.EncodeToString(message));
    }

    [Theory]
    [InlineData("127.0.0.1"), InlineData("10.1.2.3"), InlineData("172.16.0.1"), InlineData("172.31.255.255"), InlineData("192.168.1.1"), InlineData("169.254.169.254")]
    [InlineData("100.64.0.1"), InlineData("0.0.0.0"), InlineData("224.0.0.1"), InlineData("255.255.255.255"), InlineData("::1"), InlineData("::"), InlineData("fe80::1")]
    [InlineData("fd00::1"), InlineData("::ffff:10.0.0.1"), InlineData("::ffff:127.0.0.1"), InlineData("64:ff9b::a00:1"), InlineData("2002:a00:1::"), InlineData("ff02::1")]
    public void No_address_inside_is_public(string address) => Assert.False(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory, InlineData("8.8.8.8"), InlineData("172.32.0.1"), InlineData("2606:4700::1111"), InlineData("::ffff:8.8.8.8")]
    public void Addresses_outside_are(string address) => Assert.True(PublicAddress.Is(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://push.example.net/a"), InlineData("https://localhost/a"), InlineData("https://127.0.0.1/a"), InlineData("https://[::1]/a"), InlineData("https://10.0.0.1/a")]
    [InlineData("https://0x7f000001/a"), InlineData("https://user:word@push.example.net/a"), InlineData("file:///etc/passwd"), InlineData("https://[::ffff:127.0.0.1]/a")]
    public void No_such_endpoint_may_be_subscribed(string endpoint) => Assert.False(PublicAddress.MayBe(new(endpoint), loopbackToo: false));

    [Fact]
    public async Task A_name_that_leads_to_this_machine_is_not_called() =>
        await Assert.ThrowsAsync<ForbiddenAddressException>(async () => await PublicAddress.ConnectAsync(new("localhost", 9), loopbackToo: false, default));

    private static byte[] Bytes(string text) => Base64Url.DecodeFromChars(text);
}
