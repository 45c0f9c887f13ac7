using System.Collections.Immutable;
using System.Diagnostics;
using Grains.Kernel;
using static Grains.Kernel.Decision;

namespace Grains.Providers;

/// <summary>The rules of one provider: who it is, whom to call, and which facilities are its own. It counts no beds.</summary>
public static class Provider
{
    public static readonly Decider<ProviderState, ProviderCommand, ProviderEvent> Decider = new(ProviderState.None, Decide, Evolve, (_, _, _) => null);

    public static readonly GrainType Grain = GrainType.Of(GrainKind.Provider, Decider, (_, _, _) => null);

    public static Decision<ProviderEvent> Decide(ProviderState state, ProviderCommand command, Context context) => command switch
    {
        ProviderCommand.Describe c => Accept(Difference(state, c)),
        _ => throw new UnreachableException(command.GetType().Name),
    };

    public static ProviderState Evolve(ProviderState state, ProviderEvent fact) => fact switch
    {
        ProviderEvent.Registered f => state with { Profile = f.Profile },
        ProviderEvent.ProfileChanged f => state with { Profile = f.Profile },
        ProviderEvent.ContactsSet f => state with { Contacts = f.Contacts },
        ProviderEvent.FacilityAdded f => state with { Facilities = state.Facilities.Add(f.FacilityId) },
        _ => throw new UnreachableException(fact.GetType().Name),
    };

    /// <summary>What makes the provider as described. A facility that the description leaves out stays: only the facility itself can close.</summary>
    private static ImmutableArray<ProviderEvent> Difference(ProviderState state, ProviderCommand.Describe c)
    {
        var events = ImmutableArray.CreateBuilder<ProviderEvent>();
        if (state.Profile is null) events.Add(new ProviderEvent.Registered(c.Profile));
        else if (state.Profile != c.Profile) events.Add(new ProviderEvent.ProfileChanged(c.Profile));
        if (!state.Contacts.SequenceEqual(c.Contacts)) events.Add(new ProviderEvent.ContactsSet(c.Contacts));
        events.AddRange(c.Facilities.Distinct().Where(id => !state.Facilities.Contains(id)).Select(id => new ProviderEvent.FacilityAdded(id)));
        return events.ToImmutable();
    }
}
