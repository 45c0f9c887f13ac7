using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench;

/// <summary>A client that costs so little that the server is what is measured: requests made of fixed bytes, answers counted and not read.</summary>
internal abstract class RpcLoad : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[64 * 1024];

    protected RpcLoad(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Runs so many connections at once, each with so many requests under way, for a time; the answers per second.</summary>
    public static double Run(Func<RpcLoad> connect, int connections, int underWay, TimeSpan time)
    {
        var counts = new long[connections];
        var watch = Stopwatch.StartNew();
        var threads = Enumerable.Range(0, connections).Select(n => new Thread(() => counts[n] = RunOne(connect, underWay, watch, time))).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        return counts.Sum() / watch.Elapsed.TotalSeconds;
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>The bytes of so many further requests.</summary>
    protected abstract ReadOnlySpan<byte> Requests(int count);

    /// <summary>How many answers end in these bytes, which follow those given before.</summary>
    protected abstract int Answers(ReadOnlySpan<byte> bytes);

    protected void Send(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[_socket.Send(bytes)..];
    }

    private static long RunOne(Func<RpcLoad> connect, int underWay, Stopwatch watch, TimeSpan time)
    {
        using var load = connect();
        load.Send(load.Requests(underWay));
        for (long answered = 0; ;)
        {
            var length = load._socket.Receive(load._received);
            if (length == 0) throw new IOException("The server closed the connection.");
            var answers = load.Answers(load._received.AsSpan(0, length));
            answered += answers;
            if (watch.Elapsed > time) return answered;
            if (answers > 0) load.Send(load.Requests(answers));
        }
    }
}

/// <summary>HTTP/1.1 with pipelining. All answers are equally long, so the first one tells how many bytes make one.</summary>
internal sealed class Http1Load(int port, string path, string contentType, byte[] body) : RpcLoad(port)
{
    private readonly byte[] _request = [.. Encoding.ASCII.GetBytes(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    private byte[] _requests = [];
    private int _answerLength;
    private long _left;

    protected override ReadOnlySpan<byte> Requests(int count)
    {
        if (_requests.Length < count * _request.Length) _requests = [.. Enumerable.Repeat(_request, count).SelectMany(r => r)];
        return _requests.AsSpan(0, count * _request.Length);
    }

    protected override int Answers(ReadOnlySpan<byte> bytes)
    {
        if (_answerLength == 0)
        {
            if (!bytes.StartsWith("HTTP/1.1 200"u8)) throw new IOException($"The server answered: {Encoding.UTF8.GetString(bytes)}");
            _answerLength = bytes.IndexOf("\r\n\r\n"u8) + 4 + body.Length;
        }
        var (answers, left) = Math.DivRem(_left + bytes.Length, _answerLength);
        _left = left;
        return (int)answers;
    }
}

/// <summary>HTTP/2: each request is a HEADERS frame of fixed bytes and a DATA frame; an answer ends with a frame that ends its stream.</summary>
internal sealed class Http2Load : RpcLoad
{
    private const int FrameHeader = 9;

    private readonly byte[] _headers;
    private readonly byte[] _body;
    private readonly byte[] _frame = new byte[FrameHeader];
    private byte[] _requests = [];
    private int _streamId = 1;
    private int _frameFilled;
    private int _skip;

    public Http2Load(int port, string path, string contentType, byte[] body) : base(port)
    {
        // HPACK without a table: indexed :method POST and :scheme http, literals for the rest.
        _headers = [0x83, 0x86, 0x04, .. Literal(path), 0x01, .. Literal("localhost"), 0x0F, 0x10, .. Literal(contentType), 0x00, .. Literal("te"), .. Literal("trailers")];
        _body = body;
        Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Send(Frame(type: 4, flags: 0, stream: 0, []));
        Send(Frame(type: 8, flags: 0, stream: 0, [0x7F, 0xFE, 0, 0])); // So that the connection's window never ends.
        Send(Frame(type: 4, flags: 1, stream: 0, []));
    }

    protected override ReadOnlySpan<byte> Requests(int count)
    {
        var one = FrameHeader + _headers.Length + FrameHeader + _body.Length;
        if (_requests.Length < count * one) _requests = new byte[count * one];
        var at = 0;
        for (var n = 0; n < count; n++, _streamId += 2)
        {
            at += Put(_requests.AsSpan(at), type: 1, flags: 4, _streamId, _headers);
            at += Put(_requests.AsSpan(at), type: 0, flags: 1, _streamId, _body);
        }
        return _requests.AsSpan(0, at);
    }

    protected override int Answers(ReadOnlySpan<byte> bytes)
    {
        var ended = 0;
        while (bytes.Length > 0)
        {
            if (_skip > 0)
            {
                var passed = Math.Min(_skip, bytes.Length);
                _skip -= passed;
                bytes = bytes[passed..];
                continue;
            }
            _frame[_frameFilled++] = bytes[0];
            bytes = bytes[1..];
            if (_frameFilled < FrameHeader) continue;
            _frameFilled = 0;
            _skip = (_frame[0] << 16) | (_frame[1] << 8) | _frame[2];
            if (_frame[3] is 3 or 7) throw new IOException("The server reset a stream or the connection.");
            if (_frame[3] is 0 or 1 && (_frame[4] & 1) == 1) ended++;
        }
        return ended;
    }

    private static byte[] Literal(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Frame(byte type, byte flags, int stream, byte[] content)
    {
        var frame = new byte[FrameHeader + content.Length];
        Put(frame, type, flags, stream, content);
        return frame;
    }

    private static int Put(Span<byte> at, byte type, byte flags, int stream, byte[] content)
    {
        BinaryPrimitives.WriteInt32BigEndian(at, content.Length << 8);
        (at[3], at[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(at[5..], stream);
        content.CopyTo(at[FrameHeader..]);
        return FrameHeader + content.Length;
    }
}
