using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Providers;

public enum ProviderKind
{
    YouthCareProvider, FosterCare, FamilyHomes, MentalHealth, CertifiedInstitution, NeighbourhoodTeam, ChildCare, VisitAndTransport, Other,
}

/// <summary>Purchase segments of the region.</summary>
public enum Segment { S1, S2, S3, S4a, S4b, S5, S6, S7 }

public enum ProviderStatus { Active, Suspended, Left }

/// <param name="MunicipalitiesServed">CBS codes.</param>
/// <param name="Agb">8 digits, or null.</param>
/// <param name="Kvk">8 digits, or null.</param>
public sealed record ProviderProfile(
    string Name, ProviderKind Kind, ImmutableArray<Segment> Segments, ImmutableArray<string> MunicipalitiesServed, ProviderStatus Status,
    string? Agb, string? Kvk)
{
    public bool Equals(ProviderProfile? other) => other is not null
        && (Name, Kind, Status, Agb, Kvk) == (other.Name, other.Kind, other.Status, other.Agb, other.Kvk)
        && Segments.SequenceEqual(other.Segments) && MunicipalitiesServed.SequenceEqual(other.MunicipalitiesServed);

    public override int GetHashCode() => HashCode.Combine(Name, Kind, Status);
}

/// <param name="Hours">When to call, for example "ma-vr 9-17"; at most 60 characters.</param>
public sealed record Contact(PersonRef Person, string Role, string Hours);

/// <summary>Stored for ever: add a case or an optional member; never rename one.</summary>
public abstract record ProviderEvent
{
    private ProviderEvent() { }
    public sealed record Registered(ProviderProfile Profile) : ProviderEvent;
    public sealed record ProfileChanged(ProviderProfile Profile) : ProviderEvent;
    public sealed record ContactsSet(ImmutableArray<Contact> Contacts) : ProviderEvent;
    public sealed record FacilityAdded(string FacilityId) : ProviderEvent;
}

public sealed record ProviderState(ProviderProfile? Profile, ImmutableArray<Contact> Contacts, ImmutableSortedSet<string> Facilities)
{
    public static readonly ProviderState None = new(null, [], ImmutableSortedSet.Create<string>(StringComparer.Ordinal));
}

public abstract record ProviderCommand
{
    private ProviderCommand() { }

    /// <summary>Makes the provider what the description says; what is so already changes nothing.</summary>
    public sealed record Describe(ProviderProfile Profile, ImmutableArray<Contact> Contacts, ImmutableArray<string> Facilities) : ProviderCommand;
}
