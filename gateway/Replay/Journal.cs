using System.Globalization;

namespace Gateway.Replay;

/// <summary>What the service answered to each row so far, one line each, so that an interrupted replay goes on where it stopped.</summary>
/// <remarks>A line is written after the answer has come. A row whose answer got lost is sent again under the same command id, which
/// has no second effect. Safe to call at the same time.</remarks>
internal sealed class Journal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, Outcome> _outcomes = [];
    private readonly StreamWriter _file;

    public Journal(string path)
    {
        if (File.Exists(path))
            foreach (var line in File.ReadLines(path))
                if (Parse(line) is { } outcome) _outcomes[outcome.Line] = outcome;
        _file = new(path, append: true) { AutoFlush = true };
        _file.WriteLine(); // Ends a line that a kill cut short.
    }

    /// <summary>The highest position that was acknowledged; 0 at the beginning.</summary>
    public long Position
    {
        get { lock (_lock) return _outcomes.Values.Select(outcome => outcome.Position).DefaultIfEmpty().Max(); }
    }

    public Outcome? Of(ReplayRow row)
    {
        lock (_lock) return _outcomes.GetValueOrDefault(row.Line);
    }

    public void Add(Outcome outcome)
    {
        lock (_lock)
        {
            _outcomes[outcome.Line] = outcome;
            _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{outcome.Line},{outcome.Position},{(outcome.Wrote ? "wrote" : "same")},{outcome.Refusal},{outcome.Staff},."));
        }
    }

    public void Dispose() => _file.Dispose();

    private static Outcome? Parse(string line) =>
        line.Split(',') is [var number, var position, "wrote" or "same", var refusal, var staff, "."] cells
        && int.TryParse(number, CultureInfo.InvariantCulture, out var row) && long.TryParse(position, CultureInfo.InvariantCulture, out var at)
            ? new(row, refusal.Length == 0 ? null : refusal, at, cells[2] == "wrote", staff) : null;
}

/// <param name="Refusal">The reason of a refusal; null when the report was accepted.</param>
/// <param name="Position">Of an accepted report.</param>
/// <param name="Wrote">Whether the report said something new.</param>
/// <param name="Staff">The answers about staff, a word each: the position, "same" when nothing was new, or the reason of a refusal.</param>
internal sealed record Outcome(int Line, string? Refusal, long Position, bool Wrote, string Staff = "")
{
    /// <summary>Whether some of it was kept, so that it can be asked for again.</summary>
    public bool IsKept => (Refusal is null && Wrote) || Staff.Any(char.IsAsciiDigit);

    /// <summary>Whether the other says the same of all that was kept; a report that said nothing new answers any position.</summary>
    public bool Found(Outcome other) => (Line, Refusal, Wrote, Staff) == (other.Line, other.Refusal, other.Wrote, other.Staff) && (!Wrote || Position == other.Position);
}
