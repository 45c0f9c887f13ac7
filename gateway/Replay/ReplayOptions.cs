using System.Globalization;

namespace Gateway.Replay;

/// <summary>What was asked for on the command line after <c>replay</c>.</summary>
/// <param name="Source"><c>rhode-island</c>, <c>hospitals</c> or <c>zuid-holland-zuid</c>.</param>
/// <param name="Path">The hospitals' file.</param>
/// <param name="Log">Another publication log of Rhode Island.</param>
/// <param name="DaysPerSecond">Simulated days in a second; null: as fast as the answers come.</param>
internal sealed record ReplayOptions(string Source, string? Path, string? Log, double? DaysPerSecond, string? DataFolder, bool Keep, bool Resume,
    int Days = ReplayOptions.DaysDefault, int Seed = 1)
{
    public const int DaysDefault = 182;

    public const string Usage = """
        replay rhode-island [--log FILE]   send the publication log of Rhode Island's nursing homes, or another one of the same form
        replay hospitals PATH              send four weeks of hospitals; PATH is their file, plain or .gz
        replay zuid-holland-zuid           half a year of a crisis desk: requests, offers, refusals, stays
                                             --days N   so many days, at most 1,462 (182)
                                             --seed N   other children, other answers (1)

          --speed DAYS   let so many simulated days pass in a second; without it, as fast as the answers come
          --keep         leave the server's data and the journal of all answers where they are (DATA/replay/)
          --resume       go on with a replay that was interrupted
          --data DIR     where its folder stands
        """;

    /// <exception cref="ReplayException">What is wrong, in one line.</exception>
    public static ReplayOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new ReplayOptions("", null, null, null, null, false, false);
        var words = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, given) = arguments[i].Split('=', 2) is [var left, var right] && left.StartsWith("--", StringComparison.Ordinal) ? (left, right) : (arguments[i], null);
            string Value() => given ?? (i + 1 < arguments.Count ? arguments[++i] : throw new ReplayException($"{name} needs a value."));
            options = name switch
            {
                "--log" => options with { Log = Value() },
                "--data" => options with { DataFolder = Value() },
                "--speed" => options with { DaysPerSecond = Pace(Value()) },
                "--days" => options with { Days = Whole(name, Value()) },
                "--seed" => options with { Seed = Whole(name, Value()) },
                "--keep" => options with { Keep = true },
                "--resume" => options with { Resume = true },
                ['-', ..] => throw new ReplayException($"replay has no option {name}."),
                _ => options,
            };
            if (!name.StartsWith('-')) words.Add(name);
        }
        return words switch
        {
            ["zuid-holland-zuid"] when options.Log is null => options with { Source = words[0] },
            ["rhode-island"] => options with { Source = words[0] },
            ["hospitals", var path] when options.Log is null => options with { Source = words[0], Path = path },
            ["hospitals"] => throw new ReplayException("replay hospitals needs the path of their file."),
            _ => throw new ReplayException("replay what? rhode-island, hospitals PATH, or zuid-holland-zuid."),
        };
    }

    private static int Whole(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : throw new ReplayException($"{name} takes a whole number from 1 on.");

    private static double Pace(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var days) && days > 0 ? days
        : throw new ReplayException("--speed takes the number of simulated days in a second.");
}
