using Grains.Providers;

namespace Gateway.Services;

/// <summary>The domain's values as the wire shows them.</summary>
internal static partial class Show
{
    public static Plek.V1.Person? Person(Grains.Kernel.Person? person) => person is null ? null : new() { Name = person.Name, Phone = person.Phone ?? "" };

    public static Plek.V1.Provider Provider(string id, ProviderProfile profile, IEnumerable<string> facilities) => new()
    {
        ProviderId = id,
        Name = profile.Name,
        Kind = Words<Plek.V1.ProviderKind, Grains.Providers.ProviderKind>.ToWire(profile.Kind),
        Segments = { profile.Segments.Select(Words<Plek.V1.Segment, Grains.Providers.Segment>.ToWire) },
        MunicipalitiesServed = { profile.MunicipalitiesServed },
        Status = Words<Plek.V1.ProviderStatus, Grains.Providers.ProviderStatus>.ToWire(profile.Status),
        Agb = profile.Agb ?? "",
        Kvk = profile.Kvk ?? "",
        FacilityIds = { facilities },
    };
}
