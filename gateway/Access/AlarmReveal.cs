using Plek.V1;

namespace Gateway.Access;

/// <summary>Who is shown an alarm, and told of it.</summary>
public static class AlarmReveal
{
    /// <param name="owner">A role by its name, or a caller's reference.</param>
    /// <param name="provider">Of the facility that the alarm is about, or of the attempt's; null where there is none.</param>
    public static bool Shows(string owner, string? provider, Principal caller) =>
        caller.Roles.Has(Role.CrisisDesk) || caller.Roles.Has(Role.DeskLead) || IsFor(owner, provider, caller);

    /// <summary>Whether an alarm is the caller's own. One for a role of providers is for all who work at that provider: whoever looks first.</summary>
    public static bool IsFor(string owner, string? provider, Principal caller) => owner == caller.Id || (RoleSet.ByName.TryGetValue(owner, out var role) && (
        IsProviders(role) ? provider is not null && provider == caller.Provider && ProviderRoles.Any(caller.Roles.Has) : caller.Roles.Has(role)));

    private static readonly Role[] ProviderRoles = [Role.ProviderReporter, Role.ProviderIntake, Role.StaffPlanner];

    private static bool IsProviders(Role role) => ProviderRoles.Contains(role);
}
