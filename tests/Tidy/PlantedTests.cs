using Tidy.Rules;
using Xunit;

namespace Tidy;

/// <summary>A rule that cannot fail is no rule: each finds what is planted, and leaves alone what only looks like it.</summary>
/// <remarks>A dot in the middle (·) splits a planted word, so that the rules do not find it in this file.</remarks>
public sealed class PlantedTests
{
    [Theory]
    [InlineData("silo/Host/A.cs", "using Gateway.Rpc;", true)]
    [InlineData("silo/Host/A.cs", "using Grains.Kernel;", false)]
    [InlineData("silo/Host/A.cs", "// as Gateway.Rpc wants it", false)]
    [InlineData("grains/Kernel/A.cs", "class A { global::Silo.Host.B b; }", true)]
    [InlineData("grains/Kernel/A.cs", "using Plek.V1;", true)]
    [InlineData("gateway/Services/A.cs", "class A { void B() => Silo.Host.Ask(); }", true)]
    [InlineData("gateway/Services/A.cs", "using static Silo.Host.Loop;", true)]
    [InlineData("gateway/Services/A.cs", "class A { string B => \"Silo.Host\"; }", false)]
    [InlineData("gateway/Program.cs", "using Silo.Storage;", false)]
    [InlineData("tests/Host.Spec/A.cs", "using Gateway.Views;", false)]
    public void Finds_a_name_against_the_arrows(string path, string text, bool found) => Expect(found, Arrows.Names, path, text);

    [Theory]
    [InlineData("global using Silo.Storage;", true)]
    [InlineData("using Silo.Storage;", false)]
    public void Finds_wiring_that_spreads(string text, bool found) => Expect(found, Arrows.HiddenWiring, "gateway/Program.cs", text);

    [Theory]
    [InlineData("using Grains.Facilities;", true)]
    [InlineData("namespace Grains.Kernel; class A { Grains.Facilities.Facility b; }", true)]
    [InlineData("using Grains.Kernel;", false)]
    public void Finds_a_kernel_that_knows_a_grain(string text, bool found) => Expect(found, Arrows.Kernel, "grains/Kernel/A.cs", text);

    [Theory]
    [InlineData("using Microsoft.Data.Sqlite;", true)]
    [InlineData("class A { System.Net.Http.HttpClient b; }", true)]
    [InlineData("class A { void B() => System.IO.File.Delete(\"c\"); }", true)]
    [InlineData("using System.Collections.Immutable;", false)]
    public void Finds_an_impure_grain(string text, bool found) => Expect(found, Arrows.Purity, "grains/Facilities/A.cs", text);

    [Theory]
    [InlineData("silo/Silo.csproj", "../gateway/Gateway.csproj", true)]
    [InlineData("silo/Silo.csproj", "../grains/Grains.csproj", false)]
    [InlineData("grains/Grains.csproj", "../silo/Silo.csproj", true)]
    [InlineData("gateway/Gateway.csproj", "../benches/Bench.csproj", true)]
    public void Finds_a_reference_against_the_arrows(string path, string project, bool found) =>
        Expect(found, Arrows.ProjectReferences, path, $"<Project><ItemGroup><ProjectReference Include=\"{project}\" /></ItemGroup></Project>");

    [Theory]
    [InlineData("<PackageReference Include=\"Npgsql\" />", true)]
    [InlineData("<PackageReference Include=\"Some.Analyzers\" PrivateAssets=\"all\" />", false)]
    public void Finds_a_package_in_grains(string reference, bool found) =>
        Expect(found, Arrows.GrainPackages, "grains/Grains.csproj", $"<Project>{reference}</Project>");

    [Theory]
    [InlineData("grains/Kernel/A.cs", "namespace Grains; class A;", true)]
    [InlineData("grains/Kernel/A.cs", "class A;", true)]
    [InlineData("grains/Kernel/A.cs", "namespace Grains.Kernel; class A;", false)]
    [InlineData("tests/Host.Spec/Due/A.cs", "namespace Host.Spec.Due; class A;", false)]
    [InlineData("gateway/Program.cs", "Run(); class A;", false)]
    public void Finds_a_namespace_that_is_not_its_folder(string path, string text, bool found) => Expect(found, Namespaces.AreFolders, path, text);

    [Theory]
    [InlineData("class BedManager;", true)]
    [InlineData("static class TextHelper;", true)]
    [InlineData("interface IRepository<T>;", true)]
    [InlineData("record Implied;", false)]
    public void Finds_a_type_that_says_nothing(string text, bool found) => Expect(found, Words.TypeNames, "silo/Host/A.cs", text);

    [Theory]
    [InlineData("interface IA; class B : IA;", true)]
    [InlineData("interface IA; class B : Kernel.IA; record C : D, IA;", false)]
    [InlineData("interface IA<T>; class B : IA<int>; class C : IA<string>;", false)]
    public void Finds_an_interface_with_one_implementation(string text, bool found) => Expect(found, Interfaces.WithOneImplementation, "silo/Host/A.cs", text);

    [Theory]
    [InlineData("// TO·DO: later", true)]
    [InlineData("throw new NotImplemented·Exception();", true)]
    [InlineData("// mastodons and hackers", false)]
    public void Finds_a_leftover(string text, bool found) => Expect(found, Words.Leftovers, "silo/Host/A.cs", text);

    [Theory]
    [InlineData("Thread.·Sleep(5);", true)]
    [InlineData("  #·region Fields", true)]
    [InlineData("#pragma warning ·disable CA1000", true)]
    [InlineData("[Fact(·Skip = \"flaky\")]", true)]
    [InlineData("await Task.Delay(·100);", true)]
    [InlineData("await Task.Delay(wait, time, cancel);", false)]
    public void Finds_what_hides_something(string text, bool found) => Expect(found, Words.HiddenThings, "silo/Host/A.cs", text);

    [Theory]
    [InlineData("[SuppressMessage(\"A\", \"B\")] class C;", true)]
    [InlineData("[SuppressMessage(\"A\", \"B\", Justification = \"Because.\")] class C;", false)]
    public void Finds_a_suppression_without_reason(string text, bool found) => Expect(found, Words.Suppressions, "silo/Host/A.cs", text);

    [Theory]
    [InlineData("catch { }", true)]
    [InlineData("catch (Exception) { // Whatever it was.\n }", true)]
    [InlineData("catch (IOException) { }", true)]
    [InlineData("catch (OperationCanceledException) { // The watcher has gone, which is how a watch ends.\n }", false)]
    [InlineData("catch (IOException e) { Tell(e); }", false)]
    public void Finds_a_swallowed_exception(string text, bool found) =>
        Expect(found, Words.EmptyCatches, "silo/Host/A.cs", $"class A {{ void B() {{ try {{ C(); }} {text} }} }}");

    [Theory]
    [InlineData("class A { async void B() { } }", true)]
    [InlineData("class A { async Task B() { } }", false)]
    public void Finds_async_void(string text, bool found) => Expect(found, Words.AsyncVoid, "silo/Host/A.cs", text);

    [Theory]
    [InlineData("see /ho·me/ann/plek", true)]
    [InlineData("\"/ro·ot/.nuget\"", true)]
    [InlineData("https://example.org/home/ann", false)]
    [InlineData("$here/work/file", false)]
    public void Finds_a_path_of_one_machine(string text, bool found) => Expect(found, Words.MachinePaths, "README.md", text);

    [Theory]
    [InlineData("-----BEGIN EC PRIVATE· KEY-----", true)]
    [InlineData("AKIA·ABCDEFGHIJKLMNOP", true)]
    [InlineData("-----BEGIN CERTIFICATE-----", false)]
    public void Finds_a_secret(string text, bool found) => Expect(found, Words.Secrets, "docs/a.md", text);

    [Theory]
    [InlineData("  \"resolved\": \"https://mirror.example/a.tgz\",", true)]
    [InlineData("  \"integrity\": \"sha512-abc=\",", false)]
    public void Finds_a_foreign_registry(string text, bool found) => Expect(found, Words.Registries, "tests/clients/package-lock.json", text);

    [Theory]
    [InlineData("// Asks.\nrpc A(B) returns (C);", true)]
    [InlineData("// Asks.\nrpc A(B) returns (stream C) { }", true)]
    [InlineData("// Asks.\nrpc A(B) returns (C) {\n  option (plek.v1.access) = { roles: [A] };\n}", false)]
    public void Finds_a_method_without_access(string text, bool found) => Expect(found, Protos.MethodsHaveAccess, "protos/plek/v1/a.proto", text);

    [Theory]
    [InlineData("service S {\n  rpc A(B) returns (C);\n}", true)]
    [InlineData("service S {\n  // Asks.\n  rpc A(B) returns (C);\n}", false)]
    public void Finds_a_method_without_comment(string text, bool found) => Expect(found, Protos.MethodsHaveComments, "protos/plek/v1/a.proto", text);

    [Theory]
    [InlineData("two\twords\n", true)]
    [InlineData("a blank \n", true)]
    [InlineData("windows\r\n", true)]
    [InlineData("no end", true)]
    [InlineData("two ends\n\n", true)]
    [InlineData("\uFEFFmarked\n", true)]
    [InlineData("plain\n", false)]
    public void Finds_odd_whitespace(string text, bool found) => Expect(found, Whitespace.IsPlain, "docs/a.md", text);

    [Fact]
    public void Finds_a_file_that_is_too_long_or_empty()
    {
        Expect(true, Sizes.TooLong, "silo/A.cs", new string('\n', Sizes.LinesMax + 1));
        Expect(false, Sizes.TooLong, "silo/A.cs", new string('\n', Sizes.LinesMax));
        Expect(true, Sizes.Empty, "silo/A.cs", "\n");
    }

    [Fact]
    public void Finds_what_is_reached_from_nowhere()
    {
        Expect(true, Orphans.Projects, "tests/A/A.csproj", "<Project />");
        Expect(true, Orphans.Code, "tools/A.cs", "class A;");
        Expect(true, Orphans.Pages, "docs/a.md", "[myself](a.md)");
        Expect(true, Orphans.Scripts, "tests/clients/a.py", "print()");
        var reached = Repository.Of(
            new("Plek.slnx", "<Project Path=\"silo/Silo.csproj\" />"), new("silo/Silo.csproj", "<Project />"), new("silo/A.cs", "class A;"),
            new("README.md", "[a](docs/a.md) and `./run`"), new("docs/a.md", "text"), new("run", "#!/usr/bin/env bash", Executable: true));
        Assert.Empty(Orphans.Projects(reached).Concat(Orphans.Code(reached)).Concat(Orphans.Pages(reached)).Concat(Orphans.Scripts(reached)));
    }

    [Fact]
    public void Finds_a_careless_script()
    {
        SourceFile careless = new("go", "#!/usr/bin/env bash\necho"), careful = new("go", "#!/usr/bin/env bash\nset -euo pipefail\n    --help | -h) usage ;;", Executable: true);
        Assert.Single(Scripts.StopAtFailure(Repository.Of(careless)));
        Assert.Single(Scripts.AreExecutable(Repository.Of(careless)));
        Assert.Single(Scripts.AreExecutable(Repository.Of(new SourceFile("a.md", "text", Executable: true))));
        Assert.Single(Scripts.CommandsHaveHelp(Repository.Of(careless)));
        var good = Repository.Of(careful);
        Assert.Empty(Scripts.StopAtFailure(good).Concat(Scripts.AreExecutable(good)).Concat(Scripts.CommandsHaveHelp(good)));
    }

    [Theory]
    [InlineData("[a](nowhere.md)", true)]
    [InlineData("[a](b.md#not-there)", true)]
    [InlineData("[a](b.md#the-store-sqlite)", false)]
    [InlineData("[a](../docs/)", false)]
    [InlineData("[a](https://example.org/b.md)", false)]
    [InlineData("```\n[a](nowhere.md)\n```", false)]
    public void Finds_a_link_to_nowhere(string text, bool found)
    {
        var findings = Links.Resolve(Repository.Of(new("docs/a.md", text), new("docs/b.md", "# The store: SQLite")));
        Assert.Equal(found, findings.Any());
    }

    [Theory]
    [InlineData("`grains/Nowhere/`", true)]
    [InlineData("`docs/a.md`", false)]
    [InlineData("`dotnet/sdk`", false)]
    public void Finds_a_path_that_does_not_exist(string text, bool found) => Expect(found, Links.PathsInCodeFont, "docs/a.md", text);

    private static void Expect(bool found, Func<Repository, IEnumerable<Finding>> rule, string path, string text)
    {
        var findings = rule(Repository.Of(new SourceFile(path, text.Replace("·", "", StringComparison.Ordinal)))).ToList();
        Assert.Equal(found, findings.Count > 0);
        Assert.All(findings, f => Assert.Equal(path, f.Path));
    }
}
