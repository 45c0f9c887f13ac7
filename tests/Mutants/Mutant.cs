using System.Collections.Immutable;

namespace Mutants;

/// <summary>One change that somebody could make to a rule by mistake.</summary>
/// <param name="Name">What the rule says then.</param>
/// <param name="File">From the root, with forward slashes.</param>
/// <param name="Old">Stands in the file exactly once.</param>
/// <param name="Specs">Folders or classes of Grains.Spec, one of which must catch it.</param>
public sealed record Mutant(string Name, string File, string Old, string New, ImmutableArray<string> Specs)
{
    /// <exception cref="FormatException">A block is not of the form that the file's head describes.</exception>
    public static ImmutableArray<Mutant> Read(string text) => [.. text.Split("\n== ").Skip(1).Select(Parse)];

    /// <summary>The file's text with the change.</summary>
    /// <exception cref="InvalidOperationException">The list is older than the code: the old text is not there, or more than once.</exception>
    public string Plant(string source) => source.Split(Old) switch
    {
        [var before, var after] => before + New + after,
        var parts => throw new InvalidOperationException($"{File} holds “{Old}” {parts.Length - 1} times; a mutant stands in exactly one place."),
    };

    public override string ToString() => Name;

    private static Mutant Parse(string block) => block.TrimEnd().Split('\n') switch
    {
        [var name, var file, ['-', ' ', .. var old], ['+', ' ', .. var planted], ['b', 'y', ' ', .. var specs]] => new(name, file, old, planted, [.. specs.Split('|')]),
        var lines => throw new FormatException($"“{lines[0]}” has {lines.Length} lines; a mutant has a name, a file, -, + and by."),
    };
}
