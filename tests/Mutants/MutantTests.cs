using System.Collections.Immutable;
using Xunit;

namespace Mutants;

/// <summary>A spec that no mistake makes fail says nothing: each mistake of the list is made once, and must be caught.</summary>
public sealed class MutantTests(Plot plot) : IClassFixture<Plot>
{
    private static readonly ImmutableArray<Mutant> All = Mutant.Read(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "mutants.txt")));

    public static TheoryData<string> Names => [.. All.Select(mutant => mutant.Name)];

    [Fact]
    public void Without_a_mistake_every_spec_passes()
    {
        plot.PlantNothing();

        Assert.Empty(plot.Failing(All.SelectMany(mutant => mutant.Specs).Distinct()));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Is_caught(string name)
    {
        var mutant = All.Single(mutant => mutant.Name == name);
        plot.Plant(mutant);

        Assert.NotEmpty(plot.Failing(mutant.Specs));
    }
}
