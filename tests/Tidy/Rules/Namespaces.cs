using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Rules;

/// <summary>A namespace is its folder: <c>grains/Kernel</c> is <c>Grains.Kernel</c>, <c>tests/Host.Spec</c> is <c>Host.Spec</c>.</summary>
public static class Namespaces
{
    public static IEnumerable<Finding> AreFolders(Repository repository) =>
        from file in repository.Code
        where file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Any()
        let declared = file.Syntax.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()
        let expected = Expected(file.Folder)
        where declared is not null || file.Name != "Program.cs"
        where declared?.Name.ToString() != expected
        select file.At(1, $"is in namespace {declared?.Name.ToString() ?? "(none)"}; its folder says {expected}");

    private static string Expected(string folder)
    {
        var parts = folder.Split('/');
        return string.Join('.', parts[0] switch
        {
            "grains" => ["Grains", .. parts[1..]],
            "silo" => ["Silo", .. parts[1..]],
            "gateway" => ["Gateway", .. parts[1..]],
            "benches" => ["Bench", .. parts[1..]],
            _ => parts[1..],
        });
    }
}
