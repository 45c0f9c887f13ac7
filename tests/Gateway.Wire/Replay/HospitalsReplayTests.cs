using Xunit;

namespace Gateway.Wire.Replay;

/// <summary>Thirteen real hospitals in four weeks, through the public API of a server of its own.</summary>
public sealed class HospitalsReplayTests : IDisposable
{
    private static readonly DateTimeOffset FirstWeek = new(2022, 9, 29, 23, 59, 0, TimeSpan.FromHours(-4));

    private readonly ReplayProgram _program = new();

    [Fact]
    public async Task Ends_with_the_sums_of_the_last_accepted_reports()
    {
        Assert.True(await _program.RunAsync($"hospitals {HospitalsCut.Path} --keep") == 0, _program.Text);

        Assert.Equal(
            (41, 35, 4, 2), (_program.Number("sent"), _program.Number("accepted"), _program.Number("refused INVALID_FIELD"), _program.Number("refused IMPOSSIBLE")));
        Assert.Equal(
            (4, 5, 1), (_program.Number("beds suppressed (-999999)"), _program.Number("occupied beds suppressed (-999999)"), _program.Number("occupied beds not reported (NA)")));
        Assert.Equal((11, 845, 701), (_program.Number("facilities that reported"), _program.Number("beds"), _program.Number("occupied")));
        Assert.Equal((0, 0, 0), (_program.Number("facilities that differ"), _program.Number("double promises"), _program.Number("lost acknowledgements")));
        var logged = (await _program.ReportsAsync("hospitals", from: FirstWeek)).SelectMany(hospital => hospital).ToList();
        Assert.Equal(35, logged.Count);
        Assert.All(logged, report => Assert.True(report.Occupied >= 0 && report.Licensed >= 0));
    }

    [Fact]
    public async Task Says_in_a_line_what_is_wrong_with_a_file()
    {
        Assert.Equal(1, await _program.RunAsync("hospitals no-such-file.csv"));
        Assert.Single(_program.Lines);
        Assert.Equal(2, await _program.RunAsync("hospitals"));
        Assert.Equal("replay hospitals needs the path of their file.", _program.Lines.First());
    }

    public void Dispose() => _program.Dispose();
}
