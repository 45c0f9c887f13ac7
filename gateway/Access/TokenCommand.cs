using System.Globalization;
using Grains.Kernel;
using Plek.V1;

namespace Gateway.Access;

/// <summary><c>./run token</c>: prints a token for trying Plek out on this machine. It needs no running service.</summary>
public static class TokenCommand
{
    private const string Usage = "token --role ROLE[,ROLE] --name NAME [--phone NUMBER] [--provider ID] [--facility ID[,ID]] [--hours 1 to 12] [--data DIR]";
    private static readonly string[] Names = ["role", "name", "phone", "provider", "facility", "hours", "data"];

    public static int Run(ReadOnlySpan<string> args)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].Split('=', 2) is [var before, var after] ? (before, after) : (args[i], null);
            if (!name.StartsWith("--", StringComparison.Ordinal) || !Names.Contains(name[2..])) throw new WrongOptionException($"{name} is not an option: {Usage}");
            if (value is null && ++i == args.Length) throw new WrongOptionException($"{name} needs a value: {Usage}");
            given[name[2..]] = value ?? args[i];
        }
        if (!given.TryGetValue("name", out var person) || person.Length is 0 or > VaultLimits.PersonNameCharsMax) throw new WrongOptionException($"--name is needed, whose token it is: {Usage}");
        if (!given.TryGetValue("role", out var roles)) throw new WrongOptionException($"--role is needed, one or more of {RoleNames}.");
        var hours = given.GetValueOrDefault("hours", "8");
        if (!int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var life) || life < 1 || life > TrialTokens.LifeMax.TotalHours)
            throw new WrongOptionException($"--hours is {hours}; it must be a number from 1 to {TrialTokens.LifeMax.TotalHours}.");

        var data = given.GetValueOrDefault("data", "data");
        PlekOptions.MakeData(data);
        var tokens = new TrialTokens(Path.Combine(data, "trial.key"));
        Console.WriteLine(tokens.Issue(
            new(person, given.GetValueOrDefault("phone")), [.. roles.Split(',', StringSplitOptions.TrimEntries).Select(RoleOf)], given.GetValueOrDefault("provider"),
            given.GetValueOrDefault("facility", "").Split(',', StringSplitOptions.RemoveEmptyEntries), TimeProvider.System.GetUtcNow(), TimeSpan.FromHours(life)));
        return 0;
    }

    private static string RoleNames => string.Join(", ", RoleSet.ByName.Values.Order());

    private static Role RoleOf(string name) =>
        RoleSet.ByName.Values.FirstOrDefault(role => string.Equals($"{role}", name, StringComparison.OrdinalIgnoreCase)) is var role and not Role.Unspecified
            ? role
            : throw new WrongOptionException($"--role {name} is not a role; roles are {RoleNames}.");
}
