using Gateway.Replay;
using Xunit;

namespace Gateway.Wire.Replay;

public sealed class JournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plek-").FullName;

    private string File => Path.Combine(_folder, "journal.csv");

    [Fact]
    public void Knows_after_a_restart_what_was_answered()
    {
        Outcome[] outcomes = [new(2, null, 17, true), new(3, "IMPOSSIBLE", 0, false), new(4, null, 17, false, "18 same UNKNOWN_ABSENCE")];
        using (var journal = new Journal(File))
            foreach (var outcome in outcomes) journal.Add(outcome);

        using var again = new Journal(File);
        Assert.Equal(outcomes, new[] { 2, 3, 4 }.Select(line => again.Of(Row(line))));
        Assert.Equal(17, again.Position);
        Assert.Null(again.Of(Row(5)));
    }

    [Fact]
    public void Forgets_a_line_that_a_kill_cut_short()
    {
        using (var journal = new Journal(File)) journal.Add(new(2, null, 17, true));
        System.IO.File.AppendAllText(File, "3,1");

        using (var journal = new Journal(File))
        {
            Assert.Null(journal.Of(Row(3)));
            journal.Add(new(3, null, 18, true));
        }
        using var again = new Journal(File);
        Assert.Equal(new(3, null, 18, true), again.Of(Row(3)));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ReplayRow Row(int line) => new(line, "home", default, default, 1, 1, null);
}
