using Grains.Kernel;

namespace Grains.Spec;

/// <summary>The moments at which the specs play, counted from noon.</summary>
public static class At
{
    public static readonly DateTimeOffset Noon = Spec<object, object, object>.Noon;

    public static readonly Context Context = new(Noon, new("desk-1", "CrisisDesk", Channel.Desk, Noon), Policy.Default);

    public static DateTimeOffset Minutes(int fromNoon) => Noon.AddMinutes(fromNoon);

    public static DateTimeOffset Hours(double fromNoon) => Noon.AddHours(fromNoon);
}
