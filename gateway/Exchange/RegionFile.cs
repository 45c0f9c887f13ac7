using System.Collections.Immutable;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Providers;
using Grains.Regions;

namespace Gateway.Exchange;

/// <summary>A region as its folder of CSV files describes it (<c>regions/README.md</c>), checked and complete.</summary>
/// <param name="WrittenAt">The instant that the files describe. A fact without an instant of its own is of this one.</param>
/// <param name="Sample">Invented data, which may be moved to today.</param>
/// <param name="Policy">Only the numbers that differ from their defaults, ready for <see cref="RegionCommand.SetPolicy"/>.</param>
/// <remarks>Every list is ordered by id, so that lines may be sorted in a file without changing the region.
/// Names of persons stand in <paramref name="Contacts"/> and child tokens in <paramref name="Occupants"/>, nowhere else.</remarks>
public sealed record RegionFile(
    string Id, RegionProfile Profile, DateTimeOffset WrittenAt, bool Sample, ImmutableSortedDictionary<string, int> Policy,
    ImmutableArray<ProviderEntry> Providers, ImmutableArray<ContactEntry> Contacts, ImmutableArray<FacilityEntry> Facilities,
    ImmutableArray<UnitEntry> Units, ImmutableArray<BlockEntry> Blocks, ImmutableArray<OccupantEntry> Occupants)
{
    /// <summary>Reads files by name (<c>units.csv</c> …). The region, or everything that is wrong; never a part of a region.</summary>
    public static RegionReading Read(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files) => new RegionFileReader(files).Read();

    /// <summary>The CSV files of a folder, for <see cref="Read"/>. Other files are left alone.</summary>
    public static IReadOnlyDictionary<string, ReadOnlyMemory<byte>> FilesIn(string folder) =>
        Directory.EnumerateFiles(folder, "*.csv").ToDictionary(
            path => Path.GetFileName(path), path => new ReadOnlyMemory<byte>(File.ReadAllBytes(path)), StringComparer.Ordinal);

    /// <summary>The same region as if it had been written at <paramref name="now"/>: reports keep their age to the second,
    /// everything else moves by whole days and keeps its time of day. For a sample only.</summary>
    public RegionFile MovedTo(DateTimeOffset now)
    {
        var shift = now.ToUniversalTime() - WrittenAt;
        var days = (int)Math.Floor(shift.TotalDays);
        DateTimeOffset Day(DateTimeOffset at) => AmsterdamTime.AddDays(at, days);
        return this with
        {
            WrittenAt = WrittenAt + shift,
            Facilities = Each(Facilities, f => f with
            {
                Openness = f.Openness with { ExpectedReopening = f.Openness.ExpectedReopening is { } at ? Day(at) : null, AsOf = f.Openness.AsOf + shift },
            }),
            Units = Each(Units, u => u with
            {
                ObservedAt = u.ObservedAt + shift,
                CrisisUse = u.CrisisUse with { At = Day(u.CrisisUse.At), Until = u.CrisisUse.Until is { } at ? Day(at) : null },
            }),
            Blocks = Each(Blocks, b => b with
            {
                Block = b.Block with { From = Day(b.Block.From), Until = b.Block.Until is { } at ? Day(at) : null, ReviewAt = Day(b.Block.ReviewAt) },
            }),
            Occupants = Each(Occupants, o => o with { Since = Day(o.Since), PlannedEnd = o.PlannedEnd is { } at ? Day(at) : null }),
        };
    }

    private static ImmutableArray<T> Each<T>(ImmutableArray<T> entries, Func<T, T> move) => [.. entries.Select(move)];
}

/// <summary>What reading came to: a region, or up to a hundred errors in the order of files and lines.</summary>
/// <param name="Region">Null exactly when there are errors.</param>
public sealed record RegionReading(RegionFile? Region, IReadOnlyList<FileError> Errors);

public sealed record ProviderEntry(string Id, ProviderProfile Profile);

/// <param name="Id">Names the contact inside the files only; the directory gives the reference that events hold.</param>
public sealed record ContactEntry(string Id, string ProviderId, string Role, string Hours, Person Person);

public sealed record FacilityEntry(string Id, FacilityProfile Profile, bool Crucial, OpennessEntry Openness);

/// <param name="ExpectedReopening">Null: unknown, or nothing to expect.</param>
public sealed record OpennessEntry(Openness Value, OpennessReason? Reason, string? Text, DateTimeOffset? ExpectedReopening, DateTimeOffset AsOf);

/// <param name="DeclaredOperable">Set exactly when the unit is staffed so.</param>
/// <param name="OtherOccupied">Children present who have no line among the occupants.</param>
/// <param name="ObservedAt">The instant of the beds, of the declared number and of the standard roster.</param>
/// <param name="StandardRoster">Who is planned on every day, or null where the file says nothing of it.</param>
public sealed record UnitEntry(
    string Id, string FacilityId, UnitProfile Profile, CrisisUseEntry CrisisUse, int? DeclaredOperable, int OtherOccupied, DateTimeOffset ObservedAt,
    ImmutableArray<StandardStaff>? StandardRoster = null);

/// <param name="StatedBy">A contact of the provider, by its id in the files.</param>
public sealed record CrisisUseEntry(CrisisUse Value, string StatedBy, DateTimeOffset At, DateTimeOffset? Until, string? Text);

public sealed record BlockEntry(string Id, Block Block, string? Note);

/// <param name="ChildToken">Opaque; the vault turns it into a subject, and only that goes on.</param>
public sealed record OccupantEntry(string Id, string UnitId, string ChildToken, DateTimeOffset Since, DateTimeOffset? PlannedEnd, bool OnLeave, bool SingleRoom)
{
    public override string ToString() => $"occupancy {Id}"; // A log line must not show a child's token.
}
