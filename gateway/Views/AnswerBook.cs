using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;

namespace Gateway.Views;

/// <summary>What every provider was asked in the last <see cref="WindowDays"/> days, and what it said.</summary>
/// <remarks>A question belongs to the provider whose facility it was when it was asked. Memory holds the questions of the window and no more.</remarks>
public sealed class AnswerBook : IView
{
    public const int WindowDays = 90;

    private readonly Dictionary<string, string> _providers = new(StringComparer.Ordinal); // By facility.
    private readonly Dictionary<string, List<(AskId Id, string Provider)>> _open = new(StringComparer.Ordinal); // By request.
    private readonly Queue<(AskId Id, string Provider, DateTimeOffset AskedAt)> _asked = []; // Oldest first: the log's clock never goes back.
    private readonly Dictionary<string, ImmutableDictionary<AskId, Ask>.Builder> _asks = new(StringComparer.Ordinal);
    private readonly HashSet<string> _touched = new(StringComparer.Ordinal);
    private Answers _answers = Answers.None;
    private volatile Exception? _trouble;

    public Exception? Trouble => _trouble;

    public DateTimeOffset? ValidUntil => Volatile.Read(ref _answers).ValidUntil;

    /// <summary>What is shown now. Safe from any thread.</summary>
    /// <exception cref="CorruptEventException">The log holds something that this view could not take in.</exception>
    /// <exception cref="UnknownEventException">The log is newer than this program.</exception>
    public Answers Current => _trouble switch
    {
        null => Volatile.Read(ref _answers),
        UnknownEventException e => throw new UnknownEventException(e.Message),
        var e => throw new CorruptEventException(e.Message, e),
    };

    public bool Follows(GrainKind kind) => kind is GrainKind.Facility or GrainKind.Placement;

    public void Apply(Fact fact, long position)
    {
        switch (fact.Event)
        {
            case FacilityEvent.Registered e: _providers[fact.Stream.Key] = e.Profile.ProviderId; break;
            case FacilityEvent.ProfileChanged e: _providers[fact.Stream.Key] = e.Profile.ProviderId; break;
            case PlacementEvent e:
                Take(fact.Stream.Key, e, fact.RecordedAt);
                Forget(fact.RecordedAt); // So that a long log is not held whole on the way to its end.
                break;
        }
    }

    public void Publish(long position, DateTimeOffset instant)
    {
        if (instant < _answers.EvaluatedAt) instant = _answers.EvaluatedAt;
        Forget(instant);
        var byProvider = _answers.ByProvider.ToBuilder();
        foreach (var provider in _touched) byProvider[provider] = _asks[provider].ToImmutable();
        _touched.Clear();
        DateTimeOffset? until = _asked.TryPeek(out var oldest) ? ForgottenAt(oldest.AskedAt) : null;
        Volatile.Write(ref _answers, new(position, instant, until, byProvider.ToImmutable()));
    }

    public void Fail(Exception why) => _trouble = why;

    private void Take(string requestId, PlacementEvent fact, DateTimeOffset at)
    {
        switch (fact)
        {
            case PlacementEvent.Offered f:
                Stop(requestId, at);
                Open(Attempt(f.Attempt), new(f.FacilityId, f.UnitId, at));
                break;
            case PlacementEvent.Consented f: End(Attempt(f.Attempt), AskEnd.Consented, null, at); break;
            case PlacementEvent.AttemptOver f: End(Attempt(f.Attempt), EndOf(f.How), f.Code, at); break;
            case PlacementEvent.Enquired f: Open(Enquiry(f.Enquiry), new(f.FacilityId, f.UnitId, at)); break;
            case PlacementEvent.EnquiryAgreed f:
                End(Enquiry(f.Enquiry), AskEnd.Consented, null, at);
                Stop(requestId, at);
                break;
            case PlacementEvent.EnquiryOver f:
                End(Enquiry(f.Enquiry), f.How == EnquiryEnd.NoAnswer ? AskEnd.NoAnswer : AskEnd.Refused, f.Code, at);
                if (f.BackToTriage) Stop(requestId, at);
                break;
            case PlacementEvent.ParkedWaiting or PlacementEvent.Cancelled: Stop(requestId, at); break;
        }

        AskId Attempt(int number) => new(requestId, Enquiry: false, number);
        AskId Enquiry(int number) => new(requestId, Enquiry: true, number);
    }

    private void Open(AskId id, Ask ask)
    {
        var provider = _providers[ask.FacilityId];
        if (!_asks.TryGetValue(provider, out var asks)) _asks.Add(provider, asks = ImmutableDictionary.CreateBuilder<AskId, Ask>());
        asks.Add(id, ask);
        _touched.Add(provider);
        _asked.Enqueue((id, provider, ask.AskedAt));
        if (!_open.TryGetValue(id.RequestId, out var open)) _open.Add(id.RequestId, open = []);
        open.Add((id, provider));
    }

    /// <summary>What has an answer keeps it: a place that is lost after the consent was consented to all the same.</summary>
    private void End(AskId id, AskEnd end, RefusalCode? code, DateTimeOffset at)
    {
        if (!_open.TryGetValue(id.RequestId, out var open) || open.FindIndex(asked => asked.Id == id) is not (>= 0 and var index)) return;
        var provider = open[index].Provider;
        open.RemoveAt(index);
        if (open.Count == 0) _open.Remove(id.RequestId);
        _asks[provider][id] = _asks[provider][id] with { End = end, Code = end == AskEnd.Refused ? code : null, EndedAt = at };
        _touched.Add(provider);
    }

    /// <summary>Nobody is asked for any more by this request.</summary>
    private void Stop(string requestId, DateTimeOffset at)
    {
        while (_open.TryGetValue(requestId, out var open)) End(open[0].Id, AskEnd.Withdrawn, null, at);
    }

    private void Forget(DateTimeOffset now)
    {
        while (_asked.TryPeek(out var oldest) && ForgottenAt(oldest.AskedAt) <= now)
        {
            _asked.Dequeue();
            End(oldest.Id, AskEnd.Withdrawn, null, now);
            _asks[oldest.Provider].Remove(oldest.Id);
            _touched.Add(oldest.Provider);
        }
    }

    private static AskEnd EndOf(AttemptEnd how) => how switch
    {
        AttemptEnd.Refused => AskEnd.Refused,
        AttemptEnd.Expired => AskEnd.NoAnswer,
        AttemptEnd.Revoked => AskEnd.Revoked,
        _ => AskEnd.Withdrawn,
    };

    private static DateTimeOffset ForgottenAt(DateTimeOffset askedAt) => askedAt.AddDays(WindowDays);
}

/// <summary>The questions of the window at one position and instant. Never changes.</summary>
/// <param name="EvaluatedAt">The end of the window.</param>
/// <param name="ValidUntil">When the oldest question leaves the window, or null.</param>
public sealed record Answers(
    long Position, DateTimeOffset EvaluatedAt, DateTimeOffset? ValidUntil, ImmutableDictionary<string, ImmutableDictionary<AskId, Ask>> ByProvider)
{
    internal static readonly Answers None =
        new(0, DateTimeOffset.UnixEpoch, null, ImmutableDictionary.Create<string, ImmutableDictionary<AskId, Ask>>(StringComparer.Ordinal));

    /// <summary>What was asked after this instant is counted.</summary>
    public DateTimeOffset From => EvaluatedAt.AddDays(-AnswerBook.WindowDays);

    /// <summary>In no order.</summary>
    public ImmutableArray<Ask> Of(string providerId) => ByProvider.TryGetValue(providerId, out var asks) ? [.. asks.Values] : [];
}
