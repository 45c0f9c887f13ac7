using System.Diagnostics;
using Xunit;

namespace Tidy;

/// <summary>The commands at the root, run as somebody types them: from another folder, wrongly, and without the SDK.</summary>
public sealed class CommandTests
{
    [Theory]
    [InlineData("run", "--help")]
    [InlineData("run", "replay -h")]
    [InlineData("test", "--help")]
    [InlineData("bench", "find --help")]
    public async Task Explains_itself(string command, string arguments)
    {
        var (code, output, error) = await RunAsync(command, arguments);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"./{command} ", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "serve", "there is nothing called 'serve'")]
    [InlineData("test", "Nowhere", "there is no suite called 'Nowhere'; there are Gateway.Wire Grains.Spec")]
    [InlineData("test", "--filter", "--filter needs an expression")]
    [InlineData("bench", "", "say what to measure: commit, find, forecast, rpc or watch")]
    [InlineData("bench", "everything", "there is nothing called 'everything' to measure")]
    public async Task Says_what_was_wrong_and_what_helps(string command, string arguments, string said)
    {
        var (code, output, error) = await RunAsync(command, arguments);
        Assert.Equal((2, ""), (code, output));
        Assert.Contains(said, error, StringComparison.Ordinal);
        Assert.Contains("--help", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("run", "")]
    [InlineData("test", "Tidy")]
    [InlineData("bench", "find")]
    public async Task Says_which_sdk_is_missing(string command, string arguments)
    {
        // A folder with the few programs that a script needs before it looks for the SDK.
        var tools = Directory.CreateTempSubdirectory("plek-tidy-");
        foreach (var tool in new[] { "bash", "env", "dirname", "readlink", "grep", "ls", "cut", "paste" })
            File.CreateSymbolicLink(Path.Combine(tools.FullName, tool), Path.Combine("/usr/bin", tool));
        var (code, _, error) = await RunAsync(command, arguments, path: tools.FullName);
        tools.Delete(recursive: true);
        Assert.Equal(1, code);
        Assert.Contains("Plek needs the .NET 10 SDK; this machine has none.", error, StringComparison.Ordinal);
        Assert.Contains("dotnet-sdk-10.0", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string command, string arguments, string? path = null)
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, command), arguments)
        {
            WorkingDirectory = Path.GetTempPath(),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (path is not null) start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
