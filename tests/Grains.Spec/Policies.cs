using Grains.Kernel;

namespace Grains.Spec;

public static class Policies
{
    public static readonly Policy Crisis = Policy.Default with { Mode = RegionMode.Crisis };

    public static Policy With(PolicyNumber number, int value) =>
        Policy.Default with { Numbers = Policy.Default.Numbers.SetItem(number.Name, value) };
}
