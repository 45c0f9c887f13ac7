using System.Collections.Immutable;
using System.Diagnostics;
using Grains.Kernel;
using static Grains.Kernel.Decision;

namespace Grains.Regions;

/// <summary>The rules of the region: its municipalities, its policy numbers and its mode. Every change of numbers or mode is a new version of the policy.</summary>
public static class Region
{
    public static readonly Decider<RegionState, RegionCommand, RegionEvent> Decider = new(RegionState.None, Decide, Evolve, (_, _, _) => null);

    public static readonly GrainType Grain = GrainType.Of(GrainKind.Region, Decider, (_, _, _) => null);

    public static Decision<RegionEvent> Decide(RegionState state, RegionCommand command, Context context) => command switch
    {
        RegionCommand.Describe { Numbers: { } numbers } when OutOfRange(numbers) is { } details => Refuse<RegionEvent>(Reason.PolicyOutOfRange, details),
        RegionCommand.Describe c => Accept<RegionEvent>(
        [
            .. c.Profile == state.Profile ? [] : (RegionEvent[])[new RegionEvent.ProfileSet(c.Profile)],
            .. c.Numbers is null ? [] : Set(state.Policy, Differing(c.Numbers)).Events,
        ]),
        _ when state.Profile is null => Refuse<RegionEvent>(Reason.UnknownRegion),
        RegionCommand.SetPolicy c when OutOfRange(c.Numbers) is { } details => Refuse<RegionEvent>(Reason.PolicyOutOfRange, details),
        RegionCommand.SetPolicy c => Set(state.Policy, Differing(c.Numbers)),
        RegionCommand.SetMode c when c.Mode == state.Policy.Mode => Already<RegionEvent>(),
        RegionCommand.SetMode c => Accept<RegionEvent>(new RegionEvent.ModeSet(state.Policy.Version + 1, c.Mode)),
        _ => throw new UnreachableException(command.GetType().Name),
    };

    public static RegionState Evolve(RegionState state, RegionEvent fact) => fact switch
    {
        RegionEvent.ProfileSet f => state with { Profile = f.Profile },
        RegionEvent.PolicySet f => state with { Policy = state.Policy with { Version = f.Version, Numbers = f.Numbers } },
        RegionEvent.ModeSet f => state with { Policy = state.Policy with { Version = f.Version, Mode = f.Mode } },
        _ => throw new UnreachableException(fact.GetType().Name),
    };

    private static Decision<RegionEvent> Set(Policy policy, ImmutableSortedDictionary<string, int> numbers) =>
        numbers.SequenceEqual(policy.Numbers)
            ? Already<RegionEvent>()
            : Accept<RegionEvent>(new RegionEvent.PolicySet(policy.Version + 1, numbers));

    private static ImmutableSortedDictionary<string, int> Differing(ImmutableSortedDictionary<string, int> numbers) => numbers
        .Where(number => PolicyNumbers.ByName[number.Key].Default != number.Value)
        .ToImmutableSortedDictionary(number => number.Key, number => number.Value, StringComparer.Ordinal);

    /// <summary>What is wrong with the first wrong number by name: its name, and its range if there is such a number.</summary>
    private static ImmutableArray<(string, string)>? OutOfRange(ImmutableSortedDictionary<string, int> numbers)
    {
        foreach (var (name, value) in numbers)
        {
            if (!PolicyNumbers.ByName.TryGetValue(name, out var known)) return [("name", name)];
            if (value < known.Minimum || value > known.Maximum)
                return [("name", name), ("minimum", $"{known.Minimum}"), ("maximum", $"{known.Maximum}")];
        }
        return null;
    }
}
