using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Gateway.Wire.Processes;

/// <summary>Whoever starts Plek wrongly is told what to mend, and nothing else happens.</summary>
[Collection("A real process")]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class OptionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plek-options-").FullName;

    [Theory]
    [InlineData("--prt 1", "--prt is not an option. Options are --listen, --port,")]
    [InlineData("--port 70000", "--port is 70000; it must be a number from 0 to 65535.")]
    [InlineData("--port", "--port needs a value.")]
    [InlineData("--connections 0", "--connections is 0; it must be a number from 1 to 1000000.")]
    [InlineData("--header-seconds 601", "--header-seconds is 601; it must be a number from 1 to 600.")]
    [InlineData("--idle-seconds 0", "--idle-seconds is 0; it must be a number from 1 to 3600.")]
    [InlineData("--least-rate 0", "--least-rate is 0; it must be a number from 1 to 1000000.")]
    [InlineData("--issuer nonsense", "--issuer is nonsense; it must be an https address.")]
    [InlineData("--listen 0.0.0.0", "can be reached from outside this machine: configure an OIDC issuer first, or listen on localhost.")]
    [InlineData("--listen nowhere.example --issuer https://id.example", "--listen is nowhere.example; it must be localhost or an IP address.")]
    [InlineData("--region /no/such/folder", "--region is /no/such/folder; there is no such folder.")]
    [InlineData("--certificate /no/such/file.pem", "--certificate /no/such/file.pem cannot be used: ")]
    [InlineData("token --role Nobody --name Ann", "--role Nobody is not a role; roles are ProviderReporter, ")]
    [InlineData("token --role -1 --name Ann", "--role -1 is not a role; roles are ProviderReporter, ")]
    public async Task Says_in_one_line_which_option_is_wrong(string options, string why)
    {
        string[] given = options.Split(' ');
        string[] ports = options.StartsWith("--port", StringComparison.Ordinal) || given[0] == "token" ? [] : ["--port", "0", "--grpc-port", "0"];
        string[] data = options.EndsWith("--port", StringComparison.Ordinal) ? [] : ["--data", _folder];
        (await PlekProcess.RunAsync([.. ports, .. given, .. data])).RefusedInOneLine(why);
    }

    [Fact]
    public async Task Names_file_line_and_field_of_a_region_that_cannot_be_imported()
    {
        var region = Path.Combine(_folder, "region");
        Directory.CreateDirectory(region);
        foreach (var file in Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "regions", "zuid-holland-zuid"))) File.Copy(file, Path.Combine(region, Path.GetFileName(file)));
        var units = Path.Combine(region, "units.csv");
        await File.WriteAllTextAsync(units, (await File.ReadAllTextAsync(units)).Replace("de-kade-oud,de-kade,De Kade 12-18,CrisisGroup,Beds,8,8,12,", "de-kade-oud,de-kade,De Kade 12-18,CrisisGroup,Beds,8,8,twaalf,", StringComparison.Ordinal));

        (await PlekProcess.RunAsync("--port", "0", "--grpc-port", "0", "--data", Path.Combine(_folder, "data"), "--region", region))
            .Refused("units.csv line 3, age_min: 'twaalf' is not a whole number from 0 to 22");
    }

    [Theory]
    [InlineData("")]
    [InlineData("token")]
    public async Task Says_in_one_line_that_data_cannot_be_written(string verb)
    {
        var file = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(file, "not a folder");
        string[] arguments = verb.Length > 0 ? [verb, "--role", "CrisisDesk", "--name", "Ann"] : ["--port", "0", "--grpc-port", "0"];
        foreach (var data in new[] { file, Path.Combine(file, "data"), "/proc/plek" })
            (await PlekProcess.RunAsync([.. arguments, "--data", data])).RefusedInOneLine($"--data {data} cannot be written: ");
    }

    [SmallDiskFact]
    public async Task Says_in_one_line_that_data_are_on_a_disk_that_is_read_only()
    {
        using var disk = SmallDisk.Mount("ro");
        (await PlekProcess.RunAsync("--port", "0", "--grpc-port", "0", "--data", disk.Folder)).RefusedInOneLine(disk.Folder);
    }

    [Theory]
    [InlineData("master.key")]
    [InlineData("trial.key")]
    public async Task Refuses_a_key_that_others_can_read(string key)
    {
        await using (var first = await PlekProcess.StartAsync(_folder, "--region", "none")) await first.KillAsync();
        var file = Path.Combine(_folder, key);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);

        (await PlekProcess.RunAsync("--port", "0", "--grpc-port", "0", "--data", _folder)).RefusedInOneLine($"chmod 600 {file}");
    }

    [Fact]
    public async Task Refuses_a_log_whose_vault_is_missing()
    {
        await using (var first = await PlekProcess.StartAsync(_folder)) await first.KillAsync();
        foreach (var file in Directory.GetFiles(_folder, "keys.db*")) File.Delete(file);

        (await PlekProcess.RunAsync("--port", "0", "--grpc-port", "0", "--data", _folder)).RefusedInOneLine($"{Path.Combine(_folder, "keys.db")} is missing");
        Assert.False(File.Exists(Path.Combine(_folder, "keys.db")));
    }

    [Fact]
    public async Task Says_in_one_line_that_a_port_is_taken()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = $"{((IPEndPoint)taken.LocalEndpoint).Port}";

        var ended = await PlekProcess.RunAsync("--port", port, "--grpc-port", "0", "--data", _folder, "--region", "none");
        ended.RefusedInOneLine(port);
        Assert.Contains("address already in use", ended.Error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
