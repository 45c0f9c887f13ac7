using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bench;

/// <summary>What one watcher asks for.</summary>
internal sealed record WatchAsk(int Watcher, string Path, string? Token, byte[] Message);

/// <summary>An HTTP/2 connection with some watchers on it: writes fixed bytes once, then only reads.</summary>
internal sealed class WatchConnection : IDisposable
{
    private const int FrameHeader = 9;
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, GoAway = 7, WindowUpdate = 8;
    private const byte EndStream = 1, EndHeaders = 4;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[64 * 1024];
    private readonly byte[] _frame = new byte[FrameHeader];
    private readonly WatchStream[] _streams;
    private Task _reading = Task.CompletedTask;
    private volatile bool _closing;
    private int _frameFilled;
    private int _left;

    private WatchConnection(WatchStream[] streams, List<Told> told) => (_streams, Told) = (streams, told);

    public IReadOnlyList<WatchStream> Streams => _streams;

    /// <summary>What was told on this connection, in the order of its arrival. Whole once it was closed.</summary>
    public List<Told> Told { get; }

    /// <summary>Whether every watcher has its whole snapshot.</summary>
    public bool Ready => _reading.IsFaulted ? throw new IOException("The server ended a stream.", _reading.Exception) : _streams.All(stream => stream.Ready);

    public static async Task<WatchConnection> OpenAsync(int port, IReadOnlyList<WatchAsk> asks)
    {
        var told = new List<Told>();
        var connection = new WatchConnection([.. asks.Select(ask => new WatchStream(ask.Watcher, told))], told);
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        var start = new List<byte>();
        start.AddRange("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        Add(start, Settings, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF]); // So that a stream's window never ends.
        Add(start, WindowUpdate, 0, 0, [0x7F, 0xFE, 0, 0]); // Nor the connection's.
        Add(start, Settings, 1, 0, []);
        foreach (var (n, ask) in asks.Index())
        {
            Add(start, Headers, EndHeaders, (2 * n) + 1, HeaderBlock(ask));
            Add(start, Data, EndStream, (2 * n) + 1, [0, .. BigEndian(ask.Message.Length), .. ask.Message]);
        }
        await connection._socket.SendAsync(start.ToArray());
        connection._reading = connection.ReadAsync();
        return connection;
    }

    public async Task CloseAsync()
    {
        _closing = true;
        _socket.Shutdown(SocketShutdown.Both);
        await _reading;
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private async Task ReadAsync()
    {
        while (true)
        {
            int length;
            try
            {
                length = await _socket.ReceiveAsync(_received);
            }
            catch (SocketException) when (_closing)
            {
                return;
            }
            if (length == 0 || _closing) return;
            Take(_received.AsSpan(0, length), Stopwatch.GetTimestamp());
        }
    }

    private void Take(ReadOnlySpan<byte> bytes, long now)
    {
        while (bytes.Length > 0)
        {
            if (_left == 0)
            {
                var taken = Math.Min(FrameHeader - _frameFilled, bytes.Length);
                bytes[..taken].CopyTo(_frame.AsSpan(_frameFilled));
                _frameFilled += taken;
                bytes = bytes[taken..];
                if (_frameFilled < FrameHeader) return;
                _frameFilled = 0;
                _left = (_frame[0] << 16) | (_frame[1] << 8) | _frame[2];
                if (_frame[3] is ResetStream or GoAway || (_frame[3] is Data or Headers && (_frame[4] & EndStream) != 0))
                    throw new IOException($"The server ended a stream or the connection, with a frame of type {_frame[3]}: {Encoding.Latin1.GetString(bytes)}");
                continue;
            }
            var part = bytes[..Math.Min(_left, bytes.Length)];
            if (_frame[3] == Data) _streams[(BinaryPrimitives.ReadInt32BigEndian(_frame.AsSpan(5)) - 1) / 2].Take(part, now);
            _left -= part.Length;
            bytes = bytes[part.Length..];
        }
    }

    // HPACK without a table: indexed :method POST and :scheme http, literals for the rest.
    private static byte[] HeaderBlock(WatchAsk ask) =>
    [
        0x83, 0x86, 0x04, .. Literal(ask.Path), 0x01, .. Literal("localhost"), 0x0F, 0x10, .. Literal("application/grpc"), 0x00, .. Literal("te"), .. Literal("trailers"),
        .. ask.Token is null ? [] : (byte[])[0x00, .. Literal("authorization"), .. Literal($"Bearer {ask.Token}")],
    ];

    private static byte[] Literal(string text)
    {
        const int InPrefix = 127;
        if (text.Length < InPrefix) return [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
        var length = new List<byte> { InPrefix };
        var rest = text.Length - InPrefix;
        for (; rest >= 128; rest >>= 7) length.Add((byte)(rest | 0x80));
        return [.. length, (byte)rest, .. Encoding.ASCII.GetBytes(text)];
    }

    private static byte[] BigEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static void Add(List<byte> to, byte type, byte flags, int stream, byte[] content)
    {
        to.AddRange(BigEndian(content.Length)[1..]);
        to.AddRange([type, flags]);
        to.AddRange(BigEndian(stream));
        to.AddRange(content);
    }
}
