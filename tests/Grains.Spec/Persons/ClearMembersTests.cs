using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grains.Kernel;
using Xunit;

namespace Grains.Spec.Persons;

/// <summary>Nothing about a person stands readable in an event (design 3, "Persons"): each member is sealed, a reference into an erasable directory,
/// or named in <c>clear-members.txt</c> with the reason why it may be read for ever.</summary>
public sealed class ClearMembersTests
{
    private static readonly Type[] Protected = [typeof(Sealed), typeof(PersonRef), typeof(TextRef)];

    [Fact]
    public void Every_member_of_every_event_is_protected_or_classified()
    {
        var missing = Members().Except(Classified()).Order(StringComparer.Ordinal);
        Assert.True(!missing.Any(), $"Neither sealed, nor a reference, nor classified in clear-members.txt: {string.Join(", ", missing)}");
    }

    [Fact]
    public void The_list_names_no_member_that_is_gone()
    {
        var gone = Classified().Except(Members()).Order(StringComparer.Ordinal);
        Assert.True(!gone.Any(), $"No event has these any more: {string.Join(", ", gone)}");
    }

    [Fact]
    public void Each_group_of_the_list_gives_its_reason() =>
        Assert.All(File.ReadAllText(List()).Split("\n\n"), group => Assert.StartsWith("# ", group, StringComparison.Ordinal));

    // A planted event: the walk finds a name, an age and a note wherever they hide, and lets what is protected pass.
    [Fact]
    public void Finds_what_somebody_would_forget()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        Walk(typeof(Planted), found);
        Assert.Equal(["Hidden.AgeYears", "Planted.Name", "Planted.Notes"], found);
    }

    private sealed record Planted(string Name, ImmutableArray<Hidden?> Children, ImmutableSortedDictionary<string, string> Notes, Sealed Facts, PersonRef? By, TextRef Why);

    private sealed record Hidden(int? AgeYears, Sealed? Infection);

    private static SortedSet<string> Members()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var type in GrainTypes.All.SelectMany(grain => grain.Json.Types)) Walk(type, found);
        return found;
    }

    private static void Walk(Type type, SortedSet<string> found)
    {
        foreach (var property in type.GetProperties().Where(property => property.Name != "EqualityContract"))
            foreach (var leaf in Leaves(property.PropertyType))
            {
                if (Protected.Contains(leaf)) continue;
                if (leaf.Assembly == typeof(Sealed).Assembly && !leaf.IsEnum || leaf.Assembly == typeof(ClearMembersTests).Assembly) Walk(leaf, found);
                else found.Add($"{type.Name}.{property.Name}");
            }
    }

    // What a member holds in the end; of a dictionary the values, whose keys belong to the member itself.
    private static IEnumerable<Type> Leaves(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? Leaves(inner)
        : type.IsGenericType ? Leaves(type.GetGenericArguments()[^1])
        : [type];

    private static IEnumerable<string> Classified() => File.ReadAllLines(List()).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Trim());

    private static string List([CallerFilePath] string self = "") => Path.Combine(Path.GetDirectoryName(self)!, "clear-members.txt");
}
