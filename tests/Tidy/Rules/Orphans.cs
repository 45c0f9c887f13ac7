using System.Text.RegularExpressions;

namespace Tidy.Rules;

/// <summary>Everything in the repository is reached from somewhere.</summary>
public static partial class Orphans
{
    public static IEnumerable<Finding> Projects(Repository repository)
    {
        var solution = repository.Files.FirstOrDefault(f => f.Name == "Plek.slnx")?.Text ?? "";
        return from file in repository.Files
               where file.Extension == ".csproj" && !solution.Contains($"\"{file.Path}\"", StringComparison.Ordinal)
               select file.At(1, "is not in Plek.slnx");
    }

    public static IEnumerable<Finding> Code(Repository repository) =>
        from file in repository.Code
        where !repository.Files.Any(p => p.Extension == ".csproj" && file.IsIn(p.Folder))
        select file.At(1, "belongs to no project");

    /// <summary>A page that no other page links to is read by nobody.</summary>
    public static IEnumerable<Finding> Pages(Repository repository)
    {
        var linked = repository.Pages.SelectMany(page => Links.Targets(page).Where(t => t.Path != page.Path).Select(t => t.Path)).ToHashSet();
        return from page in repository.Pages
               where page.Path != "README.md" && !linked.Contains(page.Path)
               select page.At(1, "is linked from no other page");
    }

    /// <summary>A script or a client is named where somebody runs it from: a page, another script, a test, a project.</summary>
    public static IEnumerable<Finding> Scripts(Repository repository) =>
        from file in repository.Files
        where file.IsScript || file.Extension is ".py" or ".js" or ".mjs" or ".ts" or ".sh"
        let named = new Regex($@"(?<![\w-]){Regex.Escape(file.Name)}(?![\w-])")
        where !repository.Files.Any(other => other != file && named.IsMatch(other.Text))
        select file.At(1, "is named nowhere");
}
