using System.Collections.Frozen;

namespace Gateway.Services;

/// <summary>One word on the wire and in the domain: values of both enums stand for each other by name, whatever their numbers and letter case.</summary>
/// <remarks>The wire's unspecified stands for the domain's None where there is one, and otherwise for nothing.</remarks>
internal static class Words<TWire, TOwn>
    where TWire : struct, Enum
    where TOwn : struct, Enum
{
    private static readonly FrozenDictionary<TOwn, TWire> ByOwn = Enum.GetValues<TOwn>().ToFrozenDictionary(own => own, WireOf);
    private static readonly FrozenDictionary<TWire, TOwn> ByWire = ByOwn.Where(pair => !pair.Value.Equals(default(TWire))).ToFrozenDictionary(pair => pair.Value, pair => pair.Key);

    public static TWire ToWire(TOwn own) => ByOwn[own];

    /// <summary>The domain's word, or null for unspecified and for a number that no name has.</summary>
    public static TOwn? ToOwn(TWire wire) => ByWire.TryGetValue(wire, out var own) ? own : null;

    private static TWire WireOf(TOwn own) => $"{own}" == "None" ? default : Enum.Parse<TWire>($"{own}", ignoreCase: true);
}
