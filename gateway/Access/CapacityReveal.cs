using Plek.V1;

namespace Gateway.Access;

/// <summary>Who sees numbers of places exactly, and what totals show where there are few children.</summary>
public static class CapacityReveal
{
    /// <summary>Fewer children than this, and a total would be about somebody.</summary>
    private const int FewBelow = 5;

    /// <summary>The desk sees every number; a provider its own facilities', an integration those of the facilities it is bound to.</summary>
    public static bool SeesExactly(Permit permit, string providerId, string facilityId) => permit.Role switch
    {
        Role.CrisisDesk or Role.DeskLead => true,
        Role.ProviderReporter or Role.ProviderIntake or Role.StaffPlanner => permit.Caller.Provider == providerId,
        Role.Integration => permit.Caller.Facilities.Contains(facilityId),
        _ => false,
    };

    /// <summary>Hides what rows with few children say, and further rows, the next fewest first, until what a larger total gives away by
    /// subtraction is the sum of at least two rows and not few itself.</summary>
    public static void HideFew(IEnumerable<Totals> rows)
    {
        foreach (var group in rows.GroupBy(row => (row.CapacityKind, row.Cohort)))
        {
            var (hidden, children) = (0, 0);
            foreach (var row in group.Where(row => Children(row) > 0).OrderBy(Children))
            {
                var enough = hidden == 0 || (hidden > 1 && children >= FewBelow);
                if (Children(row) >= FewBelow && enough) break;
                (hidden, children) = (hidden + 1, children + Children(row));
                Hide(row);
            }
        }
    }

    private static int Children(Totals row) => row.Occupied + row.Held;

    private static void Hide(Totals row)
    {
        row.FewChildren = true;
        row.ClearOccupied();
        row.ClearHeld();
        row.ClearSlack();
        row.ClearAvailable();
        row.ClearShortfall();
        row.ClearCrisisAvailable();
        row.ClearCrisisAfterConsultation();
    }
}
