namespace Gateway.Wire.Replay;

/// <summary>Thirteen hospitals of the four weeks, each with something odd: suppressed numbers, more used than there are, no coordinates,
/// a week too few, beyond the limits of a report.</summary>
/// <remarks>Source: "COVID-19 Reported Patient Impact and Hospital Capacity by Facility", US Department of Health and Human Services
/// (healthdata.gov, anag-cw7u; work of the US federal government), as kept in the public repository <c>Arielwuhu/36614-Geese</c>, commit
/// <c>c9d487a8631122a5d0a68f1468b1fdf744c1008d</c>. 7 of 127 columns and 51 of 19,984 rows; values as published. No hospital reported NA
/// for its beds in these weeks, so the tests put one NA in.</remarks>
internal static class HospitalsCut
{
    private const string Real = "2022-09-30,AL,STRINGFELLOW CAMPUS OF NORTHEAST RMC,39,30.1,NA";
    private const string Missing = "2022-09-30,AL,STRINGFELLOW CAMPUS OF NORTHEAST RMC,39,NA,NA";

    public static readonly string Path = Write();

    private static string Write()
    {
        var published = File.ReadAllText(ReplayInputTests.Folder("tests", "Gateway.Wire", "Replay", "hospitals-cut.csv"));
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("plek-hospitals-").FullName, "hospitals.csv");
        File.WriteAllText(path, published.Replace(Real, Missing, StringComparison.Ordinal));
        return path;
    }
}
