using System.Collections.Immutable;
using Grains.Kernel;

namespace Grains.Facilities;

/// <summary>Which facts of a facility raise an alarm, and with whom (domain 4).</summary>
public static class FacilityAlarms
{
    private const string Provider = "ProviderReporter";
    private const string Desk = "CrisisDesk";
    private const string Lead = "DeskLead";

    /// <summary>A shortfall that shrinks or is over is told by the numbers; only one that grows calls somebody.</summary>
    public static ImmutableArray<Effect> Of(Fact fact) => fact.Event switch
    {
        FacilityEvent.ShortfallNoticed noticed when noticed.Shortfall > noticed.Before =>
            [new Effect.Alarm("Shortfall", fact.Stream, Provider), new Effect.Alarm("Shortfall", fact.Stream, Desk)],
        FacilityEvent.ForecastShortfallNoticed => [new Effect.Alarm("ForecastShortfall", fact.Stream, Lead)],
        _ => [],
    };
}
