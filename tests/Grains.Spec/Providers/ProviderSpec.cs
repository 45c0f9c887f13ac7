using System.Collections.Immutable;
using Grains.Kernel;
using Grains.Providers;
using Xunit;
using static Grains.Providers.ProviderEvent;

namespace Grains.Spec.Providers;

public sealed class ProviderSpec
{
    private static readonly Spec<ProviderState, ProviderCommand, ProviderEvent> Spec = new(Provider.Decider);
    private static readonly ProviderProfile Profile = new("De Rietvelden", ProviderKind.YouthCareProvider, [Segment.S1, Segment.S4a], ["GM0505"], ProviderStatus.Active, null, null);
    private static readonly ImmutableArray<Contact> Contacts = [new(new("person-1"), "intake", "24/7")];

    [Fact]
    public void Is_registered_with_all_that_is_described() => Spec
        .Given().When(Describe(Profile, Contacts, "de-wending", "het-anker"))
        .Then(new Registered(Profile), new ContactsSet(Contacts), new FacilityAdded("de-wending"), new FacilityAdded("het-anker"));

    [Fact]
    public void Changes_nothing_when_it_is_so_already() => Spec
        .Given(new Registered(Profile), new ContactsSet(Contacts), new FacilityAdded("de-wending"))
        .When(Describe(Profile with { Segments = [Segment.S1, Segment.S4a] }, [.. Contacts], "de-wending")).ThenNothing();

    [Fact]
    public void Changes_only_what_differs() => Spec
        .Given(new Registered(Profile), new ContactsSet(Contacts), new FacilityAdded("de-wending"))
        .When(Describe(Profile with { Status = ProviderStatus.Suspended }, Contacts, "de-wending", "het-anker"))
        .Then(new ProfileChanged(Profile with { Status = ProviderStatus.Suspended }), new FacilityAdded("het-anker"));

    [Fact]
    public void Keeps_a_facility_that_the_description_leaves_out() =>
        Assert.Contains("de-wending", Spec.Given(new Registered(Profile), new FacilityAdded("de-wending")).When(Describe(Profile, [])).State.Facilities);

    private static ProviderCommand.Describe Describe(ProviderProfile profile, ImmutableArray<Contact> contacts, params string[] facilities) =>
        new(profile, contacts, [.. facilities]);
}
