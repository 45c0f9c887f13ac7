using System.Collections.Frozen;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Rules;

/// <summary><c>gateway → grains ← silo</c>, and only the wiring names both gateway and silo. Tests and the bench see everything.</summary>
public static class Arrows
{
    // The whole list of files that may name Silo inside gateway/.
    private static readonly FrozenSet<string> Wiring = FrozenSet.Create("gateway/Program.cs");

    private static readonly FrozenSet<string> Ours = FrozenSet.Create("Grains", "Silo", "Gateway", "Bench", "Plek");

    // Grains are pure: no SQL, no HTTP, no Orleans, no files.
    private static readonly string[] Impure = ["Microsoft", "System.Net", "System.IO", "System.Data", "Orleans", "Npgsql", "Google"];

    private static readonly FrozenDictionary<string, string[]> MayReference = new Dictionary<string, string[]>
    {
        ["grains/Grains.csproj"] = [],
        ["silo/Silo.csproj"] = ["Grains"],
        ["protos/Protos.csproj"] = [],
        ["gateway/Gateway.csproj"] = ["Grains", "Protos", "Silo"],
    }.ToFrozenDictionary();

    public static IEnumerable<Finding> Names(Repository repository) =>
        from file in repository.Code
        from name in file.Syntax.DescendantNodes().OfType<IdentifierNameSyntax>()
        where Ours.Contains(name.Identifier.Text) && StartsAName(name) && !IsInNamespaceDeclaration(name)
        where !MayName(file, name.Identifier.Text)
        select file.At(name, $"names {name.Identifier.Text}, to which no arrow points from here");

    public static IEnumerable<Finding> HiddenWiring(Repository repository) =>
        from file in repository.Code
        where file.IsIn("gateway")
        from import in file.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>()
        where !import.GlobalKeyword.IsKind(SyntaxKind.None)
            && FirstPart(import.NamespaceOrType.ToString()) == "Silo"
        select file.At(import, "makes Silo visible in all of gateway/");

    public static IEnumerable<Finding> Kernel(Repository repository) =>
        from file in repository.Code
        where file.IsIn("grains/Kernel")
        from name in QualifiedNames(file)
        where name.Text.StartsWith("Grains.", StringComparison.Ordinal) && !name.Text.StartsWith("Grains.Kernel", StringComparison.Ordinal)
        select file.At(name.Node, $"names {name.Text}: the kernel knows no grain");

    public static IEnumerable<Finding> Purity(Repository repository) =>
        from file in repository.Code
        where file.IsIn("grains")
        from name in QualifiedNames(file)
        where Impure.Any(i => name.Text == i || name.Text.StartsWith(i + ".", StringComparison.Ordinal))
        select file.At(name.Node, $"names {name.Text}: grains are pure");

    public static IEnumerable<Finding> ProjectReferences(Repository repository) =>
        from file in repository.Files
        where MayReference.ContainsKey(file.Path)
        from reference in XDocument.Parse(file.Text).Descendants("ProjectReference")
        let project = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
        where !MayReference[file.Path].Contains(project)
        select file.At(1, $"references {project}, to which no arrow points from here");

    public static IEnumerable<Finding> GrainPackages(Repository repository) =>
        from file in repository.Files
        where file.Path == "grains/Grains.csproj"
        from package in XDocument.Parse(file.Text).Descendants("PackageReference")
        where package.Attribute("PrivateAssets")?.Value != "all"
        select file.At(1, $"references the package {package.Attribute("Include")?.Value}: grains are pure");

    private static bool MayName(SourceFile file, string root) => file.Path.Split('/')[0] switch
    {
        "grains" => root == "Grains",
        "silo" => root is "Grains" or "Silo",
        "gateway" => root is "Grains" or "Gateway" or "Plek" || (root == "Silo" && Wiring.Contains(file.Path)),
        _ => true,
    };

    private static IEnumerable<(SyntaxNode Node, string Text)> QualifiedNames(SourceFile file) =>
        from node in file.Syntax.DescendantNodes()
        where node is UsingDirectiveSyntax or QualifiedNameSyntax { Parent: not QualifiedNameSyntax } or MemberAccessExpressionSyntax
        where node.Ancestors().All(a => a is not UsingDirectiveSyntax) && !IsInNamespaceDeclaration(node)
        let text = node is UsingDirectiveSyntax import ? import.NamespaceOrType.ToString() : node.ToString()
        select (node, text.Replace("global::", "", StringComparison.Ordinal));

    private static bool StartsAName(IdentifierNameSyntax name) => name.Parent switch
    {
        QualifiedNameSyntax q => q.Left == name,
        MemberAccessExpressionSyntax m => m.Expression == name,
        AliasQualifiedNameSyntax a => a.Name == name,
        UsingDirectiveSyntax => true,
        _ => false,
    };

    private static bool IsInNamespaceDeclaration(SyntaxNode node) =>
        node.AncestorsAndSelf().Any(a => a.Parent is BaseNamespaceDeclarationSyntax n && n.Name == a);

    private static string FirstPart(string name) => name.Replace("global::", "", StringComparison.Ordinal).Split('.')[0];
}
