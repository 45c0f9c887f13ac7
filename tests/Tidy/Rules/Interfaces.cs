using System.Collections.Frozen;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Tidy.Rules;

/// <summary>An interface has two real implementations, or it is a class.</summary>
public static class Interfaces
{
    // Why an interface may have fewer than two implementations in this repository.
    private static readonly FrozenDictionary<string, string> Reasons = new Dictionary<string, string>
    {
        ["IGrains"] = "The arrow asks for it: gateway/ may not name silo/, whose host it calls. Orleans' grain directory is the other one.",
    }.ToFrozenDictionary();

    public static IEnumerable<Finding> WithOneImplementation(Repository repository)
    {
        var implementations = (
            from file in repository.Code
            from type in file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
            where type is not InterfaceDeclarationSyntax && type.BaseList is not null
            from implemented in type.BaseList!.Types
            select LastPart(implemented.Type.ToString())).ToLookup(name => name);
        return from file in repository.Code
               from type in file.Syntax.DescendantNodes().OfType<InterfaceDeclarationSyntax>()
               let name = type.Identifier.Text
               where implementations[name].Count() == 1 && !Reasons.ContainsKey(name)
               select file.At(type.Identifier, $"{name} has one implementation: make it a class");
    }

    private static string LastPart(string name) => name.Split('<')[0].Split('.')[^1];
}
