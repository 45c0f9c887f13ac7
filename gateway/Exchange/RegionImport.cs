using System.Collections.Immutable;
using Grains;
using Gateway.Services;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Providers;
using Grains.Regions;

namespace Gateway.Exchange;

/// <summary>Makes the region what its files say, in one step: all of it or nothing. What is so already changes nothing, and what was
/// reported later through Plek stands.</summary>
public sealed class RegionImport(IGrains grains, IVault vault)
{
    // Refs of texts and persons come from what they say, so that the same file gives the same refs in every import.
    private const string Keeper = "import";

    /// <summary>Imports with the largest of steps. Planned again when somebody changed a facility meanwhile.</summary>
    public async ValueTask<Answer> ImportAsync(RegionFile file, Command command, Origin origin, CancellationToken cancel)
    {
        const int attemptsMax = 8;
        for (var attempt = 1; attempt <= attemptsMax; attempt++)
        {
            var answer = await grains.AskAsync(await PlanAsync(file, command, origin, cancel), cancel);
            if (answer is not Answer.Outdated) return answer;
        }
        throw new StoreUnavailableException($"The region changed under {attemptsMax} attempts in a row.");
    }

    /// <summary>What an import would write now, in its order, or why it would be refused. Writes no event.</summary>
    public async ValueTask<(ImmutableArray<(StreamId Stream, object Event)> Events, Refusal? Refusal)> PreviewAsync(
        RegionFile file, Command command, Origin origin, DateTimeOffset now, CancellationToken cancel)
    {
        var step = await PlanAsync(file, command, origin, cancel);
        var region = await grains.ReadAsync<RegionState>(StreamId.Region(Policy.RegionKey), cancel);
        var context = new Context(now, origin, region.State.Policy);
        var events = ImmutableArray.CreateBuilder<(StreamId, object)>();
        foreach (var part in step.Parts)
        {
            var type = GrainTypes.All.Single(type => type.Kind == part.Stream.Kind);
            var seen = await grains.ReadAsync<object>(part.Stream, cancel);
            var (facts, refusal) = type.Decide(seen.State, part.Order!, context);
            if (refusal is not null) return ([], refusal);
            events.AddRange(facts.Select(fact => (part.Stream, fact)));
        }
        return (events.DrainToImmutable(), null);
    }

    private async ValueTask<Step> PlanAsync(RegionFile file, Command command, Origin origin, CancellationToken cancel)
    {
        var region = StreamId.Region(Policy.RegionKey);
        var parts = ImmutableArray.CreateBuilder<Part>();
        parts.Add(new(region, new RegionCommand.Describe(file.Profile, file.Policy)));
        var contacts = await KeepContactsAsync(file, cancel);
        // Together, so that new ones share a flush of the vault.
        await Task.WhenAll(file.Occupants.Select(occupant => vault.SubjectForAsync(occupant.ChildToken, cancel).AsTask()));
        foreach (var provider in file.Providers)
            parts.Add(new(StreamId.Provider(provider.Id), new ProviderCommand.Describe(provider.Profile,
                [.. file.Contacts.Where(contact => contact.ProviderId == provider.Id).Select(contact => new Contact(contacts[contact.Id], contact.Role, contact.Hours))],
                [.. file.Facilities.Where(facility => facility.Profile.ProviderId == provider.Id).Select(facility => facility.Id)])));

        var units = file.Units.ToLookup(unit => unit.FacilityId, StringComparer.Ordinal);
        var blocks = file.Blocks.ToLookup(block => block.Block.UnitId, StringComparer.Ordinal);
        var occupants = file.Occupants.ToLookup(occupant => occupant.UnitId, StringComparer.Ordinal);
        foreach (var facility in file.Facilities)
        {
            var stream = StreamId.Facility(facility.Id);
            var own = units[facility.Id].ToImmutableArray();
            var order = new FacilityCommand.Describe(
                facility.Profile,
                Sorted(own, unit => unit.Id, unit => unit.Profile),
                Sorted(await Each(own.SelectMany(unit => blocks[unit.Id]), async block => (block.Id, block.Block with { Note = await KeepAsync(block.Note, cancel) }))),
                Sorted(await Each(own.SelectMany(unit => occupants[unit.Id]), async occupant => (occupant.Id, await StayAsync(occupant, cancel)))),
                await ReportsAsync(facility, own, occupants, contacts, cancel));
            parts.AddRange(FacilitySteps.Describe(stream, await grains.ReadAsync<FacilityState>(stream, cancel), order));
        }
        return new(command, origin, region, parts.DrainToImmutable());
    }

    private async ValueTask<Occupancy> StayAsync(OccupantEntry occupant, CancellationToken cancel) => new(
        occupant.UnitId, await new ChildLinks(grains, vault).SubjectForAsync(occupant.ChildToken, cancel), RequestId: null, occupant.Since, occupant.PlannedEnd, occupant.OnLeave, occupant.SingleRoom);

    private async ValueTask<ImmutableArray<FacilityCommand>> ReportsAsync(
        FacilityEntry facility, ImmutableArray<UnitEntry> units, ILookup<string, OccupantEntry> occupants, Dictionary<string, PersonRef> contacts, CancellationToken cancel)
    {
        var reports = ImmutableArray.CreateBuilder<FacilityCommand>();
        var openness = facility.Openness;
        reports.Add(new FacilityCommand.SetCrucial(facility.Crucial));
        reports.Add(new FacilityCommand.SetOpenness(openness.Value, openness.Reason, await KeepAsync(openness.Text, cancel), openness.ExpectedReopening, openness.AsOf));
        foreach (var unit in units)
        {
            var use = unit.CrisisUse;
            reports.Add(new FacilityCommand.SetCrisisUse(unit.Id, use.Value, use.Until, await KeepAsync(use.Text, cancel), new(contacts[use.StatedBy].Id, use.At)));
            if (unit.DeclaredOperable is { } operable) reports.Add(new FacilityCommand.DeclareOperable(unit.Id, operable, unit.ObservedAt));
            if (unit.StandardRoster is { } planned) reports.Add(new FacilityCommand.SetStandardRoster(unit.Id, planned, unit.ObservedAt));
            var present = unit.OtherOccupied + occupants[unit.Id].Count(occupant => occupant.Since <= unit.ObservedAt);
            reports.Add(new FacilityCommand.ReportBeds(unit.Id, present, Licensed: null, unit.ObservedAt, Confirmed: true));
        }
        return reports.DrainToImmutable();
    }

    private async ValueTask<Dictionary<string, PersonRef>> KeepContactsAsync(RegionFile file, CancellationToken cancel)
    {
        var kept = new Dictionary<string, PersonRef>(StringComparer.Ordinal);
        foreach (var contact in file.Contacts)
            kept[contact.Id] = await vault.KeepPersonAsync(KeyOf($"{contact.Id}\n{contact.Person.Name}\n{contact.Person.Phone}"), 0, contact.Person, cancel);
        return kept;
    }

    private async ValueTask<TextRef?> KeepAsync(string? text, CancellationToken cancel) =>
        text is null ? null : await vault.KeepTextAsync(KeyOf(text), 0, text, cancel);

    private CommandKey KeyOf(string content) =>
        new(Keeper, Convert.ToHexStringLower(vault.KeyedHash(Keeper, System.Text.Encoding.UTF8.GetBytes(content))));

    private static async ValueTask<List<(string Id, T Value)>> Each<TEntry, T>(IEnumerable<TEntry> entries, Func<TEntry, ValueTask<(string, T)>> make)
    {
        var made = new List<(string, T)>();
        foreach (var entry in entries) made.Add(await make(entry));
        return made;
    }

    private static ImmutableSortedDictionary<string, T> Sorted<T>(List<(string Id, T Value)> entries) => Sorted(entries, entry => entry.Id, entry => entry.Value);

    private static ImmutableSortedDictionary<string, T> Sorted<TEntry, T>(IEnumerable<TEntry> entries, Func<TEntry, string> id, Func<TEntry, T> value) =>
        entries.ToImmutableSortedDictionary(id, value, StringComparer.Ordinal);
}
