using Gateway.Access;
using Grains.Placements;
using Plek.V1;
using Xunit;

namespace Gateway.Wire;

/// <summary>What a provider sees of a request ends with its offer.</summary>
public sealed class RevealTests
{
    [Fact]
    public void Shows_a_provider_no_attempt_when_none_is_live() =>
        Assert.Equal(0, Reveal.Of(Role.ProviderIntake, (PlacementState)Placement.Grain.Initial, []).Attempt);
}
