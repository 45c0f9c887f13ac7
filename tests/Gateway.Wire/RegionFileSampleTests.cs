using Gateway.Access;
using Gateway.Exchange;
using Grains.Facilities;
using Grains.Providers;
using Xunit;

namespace Gateway.Wire;

/// <summary>The sample region, as its README describes it.</summary>
public class RegionFileSampleTests
{
    private static readonly RegionFile Region = RegionFileDraft.Sample();

    [Fact]
    public void Reads_without_an_error() => Assert.Empty(RegionFile.Read(RegionFile.FilesIn(RegionFileDraft.SampleFolder)).Errors);

    [Fact]
    public void Has_the_ten_municipalities_and_says_that_it_is_invented()
    {
        Assert.Equal(
            ["GM0482 Alblasserdam", "GM0505 Dordrecht", "GM0512 Gorinchem", "GM0523 Hardinxveld-Giessendam", "GM0531 Hendrik-Ido-Ambacht", "GM0590 Papendrecht", "GM0610 Sliedrecht", "GM0642 Zwijndrecht", "GM1963 Hoeksche Waard", "GM1978 Molenlanden"],
            Region.Profile.Municipalities.Select(m => $"{m.Code} {m.Name}"));
        Assert.True(Region.Sample);
    }

    [Fact]
    public void Counts_14_providers_40_facilities_70_units_and_297_occupants()
    {
        Assert.Equal((14, 40, 70, 297, 9), (Region.Providers.Length, Region.Facilities.Length, Region.Units.Length, Region.Occupants.Length, Region.Blocks.Length));
        Assert.Equal(287, Region.Units.Where(u => u.Profile.CapacityKind == CapacityKind.Beds).Sum(u => u.Profile.Licensed));
        Assert.Equal(146, Region.Units.Where(u => u.Profile.CapacityKind == CapacityKind.Slots).Sum(u => u.Profile.Licensed));
    }

    [Fact]
    public void Shows_every_kind_and_every_word_that_a_desk_meets()
    {
        Assert.Equal(Enum.GetValues<ProviderKind>(), Region.Providers.Select(p => p.Profile.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<UnitKind>(), Region.Units.Select(u => u.Profile.Kind).Distinct().Order());
        Assert.Equal(Enum.GetValues<Security>(), Region.Units.Select(u => u.Profile.Security).Distinct().Order());
        Assert.Equal(Enum.GetValues<GenderPolicy>(), Region.Units.Select(u => u.Profile.GenderPolicy).Distinct().Order());
        Assert.Equal(Enum.GetValues<CrisisUse>(), Region.Units.Select(u => u.CrisisUse.Value).Distinct().Order());
        Assert.Equal(Enum.GetValues<BlockReason>(), Region.Blocks.Select(b => b.Block.Reason).Distinct().Order());
        Assert.Equal(Enum.GetValues<Openness>().Except([Openness.ClosedForGood]), Region.Facilities.Select(f => f.Openness.Value).Distinct().Order());
        Assert.Superset(new HashSet<Specialism>(Enum.GetValues<Specialism>().Except([Specialism.Other])), Region.Units.SelectMany(u => u.Profile.Specialisms).ToHashSet());
    }

    [Fact]
    public void Staffs_its_crisis_groups_by_shift() => Assert.All(
        Region.Units.Where(u => u.Profile.Kind == UnitKind.CrisisGroup), u => Assert.True(u.Profile is { Staffing: StaffingKind.ShiftRatio, Ratio: not null } && u.StandardRoster is not null));

    [Fact]
    public void Has_one_group_that_grew_and_is_not_for_crisis()
    {
        var pause = Region.Units.Single(u => u.Id == "het-veer-pauze").CrisisUse;
        Assert.Equal(CrisisUse.NotForCrisis, pause.Value);
        Assert.Contains("nadrukkelijk niet als crisisopvang", pause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Is_nearly_full_as_a_region_is()
    {
        var now = Region.WrittenAt;
        var slack = Region.Units.ToDictionary(u => u.Id, u => Operable(u, now) - Region.Occupants.Count(o => o.UnitId == u.Id) - u.OtherOccupied);

        Assert.InRange(slack.Values.Where(s => s > 0).Sum() / (double)Region.Units.Sum(u => Operable(u, now)), 0.10, 0.15);
        Assert.Equal(["het-anker-wonen"], slack.Where(s => s.Value < 0).Select(s => s.Key)); // One shortfall, to look at.
        Assert.Equal(23, slack.Values.Count(s => s == 0));
    }

    [Fact]
    public void Says_nothing_about_a_person_outside_the_contacts()
    {
        var texts = Region.Facilities.Select(f => f.Openness.Text).Concat(Region.Units.Select(u => u.CrisisUse.Text)).Concat(Region.Blocks.Select(b => b.Note)).OfType<string>().ToArray();
        Assert.All(texts, text => Assert.Equal(TextFinding.None, TextCheck.Find(text)));
        Assert.DoesNotContain(texts, text => Region.Contacts.Any(c => text.Contains(c.Person.Name, StringComparison.OrdinalIgnoreCase)));
        Assert.All(Region.Contacts, c => Assert.Matches("^01?[78][38]-00", c.Person.Phone)); // No subscriber's number begins with 0.
    }

    [Fact]
    public void Lies_where_its_postcodes_lie() => Assert.All(Region.Facilities, f =>
    {
        var place = Postcodes.Find(f.Profile.Postcode4)!.Value;
        Assert.Equal((place.Latitude, place.Longitude), (f.Profile.Latitude, f.Profile.Longitude));
    });

    [Fact]
    public void Knows_the_postcodes_of_the_country()
    {
        Assert.Equal(4063, Postcodes.Count);
        Assert.Equal((51.81517, 4.67128), Postcodes.Find(3311));
        Assert.Null(Postcodes.Find(3380)); // Post boxes only.
        Assert.Null(Postcodes.Find(0));
    }

    private static int Operable(UnitEntry unit, DateTimeOffset at)
    {
        var blocked = Region.Blocks.Where(b => b.Block.UnitId == unit.Id && b.Block.From <= at && !(b.Block.Until <= at)).Sum(b => b.Block.Beds);
        var staffed = unit.Profile.Ratio is { } ratio
            ? Enum.GetValues<Shift>().Min(shift => ratio.Supported(shift, unit.StandardRoster!.Value.Where(line => line.Shift == shift).Sum(line => line.Planned)))
            : unit.DeclaredOperable ?? int.MaxValue;
        return Math.Min(unit.Profile.Licensed - blocked, staffed);
    }
}
