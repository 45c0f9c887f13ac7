using System.Text.RegularExpressions;

namespace Tidy.Rules;

/// <summary>A script stops at its first failure, and what can be run is a script.</summary>
public static partial class Scripts
{
    public static IEnumerable<Finding> StopAtFailure(Repository repository) =>
        from file in repository.Files
        where file.IsScript && file.Lines[0].EndsWith("bash", StringComparison.Ordinal)
        where !file.Lines.Contains("set -euo pipefail")
        select file.At(1, "does not 'set -euo pipefail'");

    public static IEnumerable<Finding> AreExecutable(Repository repository) =>
        from file in repository.Files
        where file.IsScript != file.Executable
        select file.At(1, file.IsScript ? "is a script and is not executable" : "is executable and is no script");

    /// <summary>The commands at the root explain themselves.</summary>
    public static IEnumerable<Finding> CommandsHaveHelp(Repository repository) =>
        from file in repository.Files
        where file.IsScript && file.Folder.Length == 0 && !HelpArm().IsMatch(file.Text)
        select file.At(1, "has no --help");

    [GeneratedRegex(@"^\s*.*--help \| -h\)", RegexOptions.Multiline)]
    private static partial Regex HelpArm();
}
