namespace Grains.Facilities;

/// <summary>Whose a refusal is (domain 5): the report was wrong, the provider's own, its policy, something the request misses, or the family's.</summary>
public enum RefusalClass { Data, Provider, Policy, Request, Family }

public static class RefusalClasses
{
    /// <summary>Other and NoAnswer are the provider's, for nobody else has said them.</summary>
    public static RefusalClass ClassOf(RefusalCode code) => code switch
    {
        RefusalCode.NoBedInReality => RefusalClass.Data,
        RefusalCode.NotForCrisis => RefusalClass.Policy,
        RefusalCode.NoLegalBasis => RefusalClass.Request,
        RefusalCode.ParentsRefuse or RefusalCode.ChildRefuses or RefusalCode.TooFar => RefusalClass.Family,
        _ => RefusalClass.Provider,
    };
}
