using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Bench;

/// <summary>A change that was acknowledged; instants are ticks of the stopwatch.</summary>
internal sealed record Written(int Unit, long Position, long SentAt, long AckedAt);

/// <summary>Reports through the public API as any provider would: Connect's binary form over HTTP/1.1.</summary>
internal sealed class WatchWriter(int port, string[] reporters) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 32 }) { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
    private readonly string _run = Guid.NewGuid().ToString("N");
    private long _count;

    /// <summary>How long the message is that the bare server is told.</summary>
    public int TellBytes { get; init; }

    /// <summary>So many changes a second, each at its own instant whether or not those before it were answered.</summary>
    /// <remarks>Every unit in turn, with steps between neighbours, so that seconds lie between two changes of a unit and none can be merged with the next.</remarks>
    public static async Task<List<Written>> PaceAsync(Func<int, Task<Written>> change, int perSecond, TimeSpan time)
    {
        const int Step = 397;
        var (tasks, begun) = (new List<Task<Written>>(), Stopwatch.GetTimestamp());
        for (var n = 0; Stopwatch.GetElapsedTime(begun) < time; n++)
        {
            var due = TimeSpan.FromSeconds((double)n / perSecond) - Stopwatch.GetElapsedTime(begun);
            if (due > TimeSpan.Zero) await Task.Delay(due);
            tasks.Add(change(n * Step % WatchRegion.Units));
        }
        return [.. await Task.WhenAll(tasks)];
    }

    public async Task<Written> ReportAsync(int unit)
    {
        var count = Interlocked.Increment(ref _count);
        var request = new ReportBedsRequest
        {
            CommandId = $"{_run}-{count}",
            OccurredAt = DateTimeOffset.UtcNow.ToTimestamp(),
            FacilityId = WatchRegion.Facility(unit),
            UnitId = WatchRegion.Unit(unit),
            Occupied = (int)(count / WatchRegion.Units % 10), // Another number than the last time.
        };
        var sent = Stopwatch.GetTimestamp();
        var answer = ReportAnswer.Parser.ParseFrom(await PostAsync("plek.v1.ProviderService/ReportBeds", request.ToByteArray(), reporters[WatchRegion.ProviderOf(unit)]));
        return new(unit, answer.Position, sent, Stopwatch.GetTimestamp());
    }

    /// <summary>To the bare server: a delta of one unit, filled up to the length of a real one.</summary>
    public async Task<Written> TellAsync(int unit)
    {
        var position = Interlocked.Increment(ref _count);
        var delta = new WatchCapacityResponse
        {
            Delta = new() { Position = position, Units = { new UnitCapacity { FacilityId = WatchRegion.Facility(unit), UnitId = WatchRegion.Unit(unit), Position = position } } },
        };
        delta.Delta.Units[0].ProviderId = new('p', Math.Max(0, TellBytes - delta.CalculateSize()));
        var sent = Stopwatch.GetTimestamp();
        await PostAsync(string.Create(CultureInfo.InvariantCulture, $"{WatchPeer.Tell[1..]}{WatchRegion.ProviderOf(unit)}"), delta.ToByteArray(), null);
        return new(unit, position, sent, Stopwatch.GetTimestamp());
    }

    public void Dispose() => _http.Dispose();

    private async Task<byte[]> PostAsync(string path, byte[] message, string? token)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(message) };
        post.Content.Headers.ContentType = new("application/proto");
        if (token is not null) post.Headers.Authorization = new("Bearer", token);
        using var response = await _http.SendAsync(post);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"{path}: {await response.Content.ReadAsStringAsync()}");
        return await response.Content.ReadAsByteArrayAsync();
    }
}
