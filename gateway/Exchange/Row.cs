using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Access;

namespace Gateway.Exchange;

/// <summary>One line of a file, cell by cell. A wrong cell is reported with line, column, value and what is allowed, and
/// gives a stand-in, so that one reading finds all that is wrong; nothing is made of a row that <see cref="Failed"/>.</summary>
internal sealed partial class Row(string file, int line, IReadOnlyDictionary<string, string> cells, FileErrors errors)
{
    private readonly IReadOnlyDictionary<string, int>? _lines;

    /// <summary>A row whose cells stand below each other, each on a line of its own.</summary>
    public Row(string file, IReadOnlyDictionary<string, int> lines, IReadOnlyDictionary<string, string> cells, FileErrors errors)
        : this(file, 0, cells, errors) => _lines = lines;

    private const int EchoCharsMax = 60;

    public string File { get; } = file;
    public int Line { get; } = line;
    public bool Failed { get; private set; }

    public bool Has(string column) => cells[column].Length > 0;

    public string Raw(string column) => cells[column];

    /// <summary>Reports a column's value: <paramref name="wrong"/> continues the sentence that the value begins.</summary>
    public void Wrong(string column, string wrong)
    {
        Failed = true;
        errors.Add(File, _lines?[column] ?? Line, column, $"{Echo(cells[column])} {wrong}");
    }

    public string Text(string column, int max)
    {
        if (!Has(column)) Wrong(column, $"is not enough: a text of at most {max} characters");
        return OptionalText(column, max) ?? "";
    }

    public string? OptionalText(string column, int max)
    {
        if (!Has(column)) return null;
        var text = cells[column];
        if (text.Length > max) Wrong(column, $"has {text.Length} characters; at most {max}");
        else if (text.Any(c => char.IsControl(c) && c != '\n')) Wrong(column, "holds a control character");
        else if (TextCheck.Find(text) is not TextFinding.None and var found) Wrong(column, $"looks like it holds {TextCheck.Words(found)}, which must not stand here");
        return text;
    }

    /// <summary>An id: it becomes part of stored names, so it is plain and stays.</summary>
    public string Id(string column) => Matching(column, IdForm(), "is not an id: 1 to 64 of a-z, 0-9 and '-'");

    public string Matching(string column, Regex form, string wrong)
    {
        if (!form.IsMatch(cells[column])) Wrong(column, wrong);
        return cells[column];
    }

    public string? OptionalMatching(string column, Regex form, string wrong) => Has(column) ? Matching(column, form, wrong) : null;

    public string Phone(string column) => Matching(column, PhoneForm(), "is not a phone number: it begins with 0 or + (a spreadsheet drops the zero unless the column is text)");

    public bool YesNo(string column)
    {
        if (cells[column] is not ("yes" or "no")) Wrong(column, "is not yes or no");
        return cells[column] == "yes";
    }

    public int Number(string column, int min, int max)
    {
        if (int.TryParse(cells[column], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max) return number;
        Wrong(column, $"is not a whole number from {min} to {max}");
        return min;
    }

    public int? OptionalNumber(string column, int min, int max) => Has(column) ? Number(column, min, max) : null;

    /// <summary>Degrees. A comma may stand for the point: that is how a Dutch spreadsheet writes it.</summary>
    public double Degrees(string column, double min, double max)
    {
        var text = cells[column].Replace(',', '.');
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var degrees) && degrees >= min && degrees <= max) return degrees;
        Wrong(column, string.Create(CultureInfo.InvariantCulture, $"is not a number of degrees from {min} to {max}"));
        return min;
    }

    public DateTimeOffset Instant(string column)
    {
        var (instant, wrong) = AmsterdamTime.Read(cells[column]);
        if (wrong is not null) Wrong(column, wrong);
        return instant;
    }

    public DateTimeOffset? OptionalInstant(string column) => Has(column) ? Instant(column) : null;

    /// <summary>A value of the domain by its exact name.</summary>
    public T One<T>(string column) where T : struct, Enum => OneOf(column, Words<T>.ByName);

    public T? OptionalOne<T>(string column) where T : struct, Enum => Has(column) ? One<T>(column) : null;

    public ImmutableArray<T> Many<T>(string column) where T : struct, Enum => Many(column, Words<T>.ByName);

    /// <summary>Words separated by spaces, none twice, in one order whatever the order in the cell.</summary>
    public ImmutableArray<T> Many<T>(string column, IReadOnlyDictionary<string, T> words)
    {
        var found = ImmutableSortedSet.CreateBuilder<T>();
        foreach (var word in cells[column].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!words.TryGetValue(word, out var value)) Wrong(column, $"holds '{word}'; allowed, separated by spaces: {string.Join(", ", words.Keys)}");
            else if (!found.Add(value)) Wrong(column, $"holds '{word}' twice");
        }
        return [.. found];
    }

    private T OneOf<T>(string column, IReadOnlyDictionary<string, T> words)
    {
        if (words.TryGetValue(cells[column], out var value)) return value;
        Wrong(column, $"is none of {string.Join(", ", words.Keys)}");
        return words.Values.First();
    }

    // What looks personal is not repeated: errors are shown and may be passed on.
    private static string Echo(string value) =>
        value.Length == 0 ? "the empty cell"
        : TextCheck.Find(value) != TextFinding.None ? "the value"
        : value.Length > EchoCharsMax ? $"'{value[..EchoCharsMax]}…'"
        : $"'{value}'";

    [GeneratedRegex(@"^[a-z0-9-]{1,64}\z")]
    private static partial Regex IdForm();

    [GeneratedRegex(@"^(?:0|\+)(?:[ \-()]{0,2}\d){5,15}\z")]
    private static partial Regex PhoneForm();

    private static class Words<T> where T : struct, Enum
    {
        public static readonly IReadOnlyDictionary<string, T> ByName =
            new OrderedDictionary<string, T>(Enum.GetValues<T>().Select(value => KeyValuePair.Create(value.ToString(), value)), StringComparer.Ordinal);
    }
}
