using Plek.V1;

namespace Gateway.Replay.Desk;

/// <summary>Everything that the people of the replay share.</summary>
internal sealed record Scene(
    int Seed, DateTimeOffset End, Agenda Agenda, Caller Caller, Book Book, Admissions Admissions, Tokens Tokens, Tally Tally)
{
    /// <summary>Filled when the region has been read.</summary>
    public Dictionary<string, House> Houses { get; } = new(StringComparer.Ordinal);

    public Alarms Alarms { get; } = new(Seed, Agenda, Caller, Tokens, Tally);

    public DateTimeOffset Now => Agenda.Now;
}

/// <summary>How each proves who it is.</summary>
/// <param name="Referrers">By CBS code.</param>
/// <param name="Providers">By id.</param>
internal sealed record Tokens(string Desk, string Lead, Func<string, string> Referrers, Func<string, string> Providers);

/// <summary>What the stories counted.</summary>
internal sealed class Tally
{
    private readonly Dictionary<RefusalCode, int> _codes = [];

    public List<Case> Cases { get; } = [];

    public IReadOnlyDictionary<RefusalCode, int> Codes => _codes;

    public Dictionary<string, int> Counts { get; } = new(StringComparer.Ordinal);

    public void Refused(RefusalCode code) => _codes[code] = _codes.GetValueOrDefault(code) + 1;

    /// <param name="what">As the table names it.</param>
    public void Count(string what, int more = 1) => Counts[what] = Counts.GetValueOrDefault(what) + more;
}
