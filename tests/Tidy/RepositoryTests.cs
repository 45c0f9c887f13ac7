using Tidy.Rules;
using Xunit;

namespace Tidy;

/// <summary>The rules of the house, each asked of every file.</summary>
public sealed class RepositoryTests
{
    [Fact] public void Files_hold_one_idea() => Nothing(Sizes.TooLong);
    [Fact] public void Files_are_not_empty() => Nothing(Sizes.Empty);
    [Fact] public void Code_names_only_what_an_arrow_points_at() => Nothing(Arrows.Names);
    [Fact] public void Wiring_is_seen_only_where_it_stands() => Nothing(Arrows.HiddenWiring);
    [Fact] public void The_kernel_knows_no_grain() => Nothing(Arrows.Kernel);
    [Fact] public void Grains_are_pure() => Nothing(Arrows.Purity);
    [Fact] public void Grains_need_no_package() => Nothing(Arrows.GrainPackages);
    [Fact] public void Projects_reference_only_along_the_arrows() => Nothing(Arrows.ProjectReferences);
    [Fact] public void Namespaces_are_folders() => Nothing(Namespaces.AreFolders);
    [Fact] public void Types_are_named_for_what_they_do() => Nothing(Words.TypeNames);
    [Fact] public void No_interface_has_one_implementation() => Nothing(Interfaces.WithOneImplementation);
    [Fact] public void Nothing_is_left_for_later() => Nothing(Words.Leftovers);
    [Fact] public void Nothing_is_hidden() => Nothing(Words.HiddenThings);
    [Fact] public void Suppressions_say_why() => Nothing(Words.Suppressions);
    [Fact] public void No_exception_is_swallowed_in_silence() => Nothing(Words.EmptyCatches);
    [Fact] public void No_method_is_async_void() => Nothing(Words.AsyncVoid);
    [Fact] public void No_path_of_one_machine() => Nothing(Words.MachinePaths);
    [Fact] public void No_secret() => Nothing(Words.Secrets);
    [Fact] public void Lock_files_name_the_public_registry() => Nothing(Words.Registries);
    [Fact] public void Methods_say_who_may_call_them() => Nothing(Protos.MethodsHaveAccess);
    [Fact] public void Methods_say_what_they_do() => Nothing(Protos.MethodsHaveComments);
    [Fact] public void Projects_are_in_the_solution() => Nothing(Orphans.Projects);
    [Fact] public void Code_belongs_to_a_project() => Nothing(Orphans.Code);
    [Fact] public void Pages_are_linked() => Nothing(Orphans.Pages);
    [Fact] public void Scripts_are_named_somewhere() => Nothing(Orphans.Scripts);
    [Fact] public void Whitespace_is_plain() => Nothing(Whitespace.IsPlain);
    [Fact] public void Scripts_stop_at_their_first_failure() => Nothing(Scripts.StopAtFailure);
    [Fact] public void Scripts_can_be_run() => Nothing(Scripts.AreExecutable);
    [Fact] public void Commands_have_help() => Nothing(Scripts.CommandsHaveHelp);
    [Fact] public void Links_lead_somewhere() => Nothing(Links.Resolve);
    [Fact] public void Paths_in_pages_exist() => Nothing(Links.PathsInCodeFont);

    [Fact]
    public void The_repository_is_really_read()
    {
        Assert.Contains(Repository.Whole.Code, f => f.Path == "grains/Kernel/IEventStore.cs");
        Assert.Contains(Repository.Whole.Files, f => f is { Path: "test", IsScript: true, Executable: true });
    }

    private static void Nothing(Func<Repository, IEnumerable<Finding>> rule)
    {
        var findings = rule(Repository.Whole).ToList();
        if (findings.Count > 0) Assert.Fail(string.Join('\n', findings));
    }
}
