using System.Runtime.CompilerServices;
using System.Text.Json;
using Grains.Kernel;
using Xunit;

namespace Grains.Spec.Golden;

/// <summary>Every event that was ever released still loads, and is still written the same.</summary>
/// <remarks>
/// A golden file is what the log holds of one event: written once, never again. <c>PLEK_WRITE_GOLDEN=1</c> writes the files that are missing and
/// touches no other. A new optional member is nullable, so that an old file, which lacks it, is still written as it was; give it a file of its own
/// beside the old one, such as <c>Held.1.with-consultation.json</c>.
/// </remarks>
public sealed class GoldenTests
{
    private static readonly Origin Origin = new("caller-1", "CrisisDesk", Channel.OnBehalfByPhone, Sample.Instant);
    private static readonly CommandKey Command = new("caller-1", "command-1");
    private const long PolicyVersion = 7;

    public static TheoryData<GrainKind, string> Events
    {
        get
        {
            var data = new TheoryData<GrainKind, string>();
            foreach (var grain in GrainTypes.All)
                foreach (var type in grain.Json.Types)
                    data.Add(grain.Kind, type.Name);
            return data;
        }
    }

    public static TheoryData<string> Files => [.. Directory.EnumerateFiles(Folder(), "*.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder(), file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_has_a_golden_file(GrainKind kind, string name)
    {
        var json = JsonOf(kind);
        var fact = Sample.Of(json.Types.Single(type => type.Name == name));
        var file = Path.Combine(Folder(), Name(kind), $"{json.NameOf(fact).Replace('/', '.')}.json");
        if (!File.Exists(file) && Environment.GetEnvironmentVariable("PLEK_WRITE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, [.. json.Encode(Guid.Empty, fact, Origin, Command, PolicyVersion).Data.Span, (byte)'\n']);
        }
        Assert.True(File.Exists(file), $"{name} has no golden file {file}. An event is for ever: look at its members once more, then run with PLEK_WRITE_GOLDEN=1.");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_golden_file_loads_and_is_written_the_same_again(string path)
    {
        var kind = Enum.Parse<GrainKind>(Path.GetDirectoryName(path)!, ignoreCase: true);
        var parts = Path.GetFileName(path).Split('.');
        var stored = File.ReadAllBytes(Path.Combine(Folder(), path))[..^1];
        using var envelope = JsonDocument.Parse(stored);

        var json = JsonOf(kind);
        var fact = json.Decode(new(1, new(kind, "one"), 1, Guid.Empty, $"{parts[0]}/{parts[1]}", Sample.Instant, stored));
        Assert.Equal(Origin, fact.Origin);

        var again = json.Encode(Guid.Empty, fact.Event, fact.Origin, Command, envelope.RootElement.GetProperty("policy").GetInt64());
        Assert.Equal(System.Text.Encoding.UTF8.GetString(stored), System.Text.Encoding.UTF8.GetString(again.Data.Span));
    }

    // A file whose members had other names would load as empty and be written as empty: the sample fills every member, so nothing may be missing.
    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_with_every_member_set_is_written_the_same_twice_and_keeps_them_all(GrainKind kind, string name)
    {
        var json = JsonOf(kind);
        var type = json.Types.Single(type => type.Name == name);
        var first = json.Encode(Guid.Empty, Sample.Of(type), Origin, Command, PolicyVersion);
        var second = json.Encode(Guid.Empty, Sample.Of(type), Origin, Command, PolicyVersion);
        Assert.True(first.Data.Span.SequenceEqual(second.Data.Span));

        var read = json.Decode(new(1, new(kind, "one"), 1, Guid.Empty, first.Type, Sample.Instant, first.Data)).Event;
        Assert.All(type.GetProperties(), property => Assert.NotNull(property.GetValue(read)));
    }

    private static EventJson JsonOf(GrainKind kind) => GrainTypes.All.Single(grain => grain.Kind == kind).Json;

    private static string Name(GrainKind kind) => new StreamId(kind, "x").ToString().Split('/')[0];

    private static string Folder([CallerFilePath] string self = "") => Path.GetDirectoryName(self)!;
}
