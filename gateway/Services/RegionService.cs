using System.Collections.Immutable;
using Gateway.Access;
using Gateway.Exchange;
using Gateway.Rpc;
using Grains.Kernel;
using Grains.Regions;
using Plek.V1;
using RegionFile = Gateway.Exchange.RegionFile;

namespace Gateway.Services;

/// <summary>Answers <c>plek.v1.RegionService</c>: who takes part, the numbers they work with, and the mode.</summary>
public sealed class RegionService(IGrains grains, IVault vault, Asking asking, AtLeast atLeast)
{
    private const int FilesMax = 20;
    private const int ImportBytesMax = 64 * 1024 * 1024;
    private static readonly StreamId Stream = StreamId.Region(Policy.RegionKey);

    private static Google.Protobuf.Reflection.ServiceDescriptor Service => RegionReflection.Descriptor.Services[0];

    public void Map(Gate gate) => gate
        .Unary<ImportRegionRequest, ImportRegionResponse>(Service.FindMethodByName("ImportRegion"), ImportAsync, ImportBytesMax)
        .Unary<GetRegionRequest, GetRegionResponse>(Service.FindMethodByName("GetRegion"), GetRegionAsync)
        .Unary<SetPolicyRequest, SetPolicyResponse>(Service.FindMethodByName("SetPolicy"), SetPolicyAsync)
        .Unary<GetPolicyRequest, GetPolicyResponse>(Service.FindMethodByName("GetPolicy"), GetPolicyAsync)
        .Unary<SetModeRequest, SetModeResponse>(Service.FindMethodByName("SetMode"), SetModeAsync);

    private async ValueTask<ImportRegionResponse> ImportAsync(ImportRegionRequest request, Permit permit)
    {
        Fields.Count(request.Files, 1, FilesMax, "files");
        Fields.Distinct(request.Files.Select(file => file.Name), "files");
        var file = Read(request);
        var writing = await asking.BeginAsync(request, permit);
        var origin = await writing.OriginAsync() with { Channel = Grains.Kernel.Channel.Import };
        var import = new RegionImport(grains, vault);
        if (request.DryRun)
        {
            var (events, refusal) = await import.PreviewAsync(file, writing.Command, origin, Micros.Floor(permit.Now), permit.Cancel);
            if (refusal is not null) throw refusal.ToRpcException();
            return new() { Changes = { events.Select(change => Show.Change(change.Stream, change.Event)) } };
        }
        return await import.ImportAsync(file, writing.Command, origin, permit.Cancel) switch
        {
            Answer.Accepted accepted => new() { Changes = { accepted.Facts.Select(fact => Show.Change(fact.Stream, fact.Event)) }, Position = accepted.Position },
            Answer.Refused refused => throw refused.Refusal.ToRpcException(),
            _ => throw new StoreUnavailableException("The region changed meanwhile."),
        };
    }

    private static RegionFile Read(ImportRegionRequest request)
    {
        var reading = RegionFile.Read(request.Files.ToDictionary(file => file.Name, file => file.Content.Memory, StringComparer.Ordinal));
        return reading.Region ?? throw new RpcException(Code.InvalidArgument, "INVALID_REGION_FILE", $"{reading.Errors[0]}")
        {
            Violations = [.. reading.Errors.Select(error => ($"{error.File}:{error.Line}:{error.Field}", error.Message))],
        };
    }

    private async ValueTask<GetRegionResponse> GetRegionAsync(GetRegionRequest request, Permit permit)
    {
        var position = await atLeast.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var (profile, policy) = await ReadAsync(permit);
        if (profile is null) throw new Refusal(Reason.UnknownRegion).ToRpcException();
        return new()
        {
            Name = profile.Name,
            DeskPhone = profile.DeskPhone,
            Mode = Words<Plek.V1.RegionMode, Grains.Kernel.RegionMode>.ToWire(policy.Mode),
            Municipalities = { profile.Municipalities.Select(m => new Plek.V1.Municipality { Code = m.Code, Name = m.Name }) },
            PolicyVersion = policy.Version,
            Position = position,
        };
    }

    private async ValueTask<SetPolicyResponse> SetPolicyAsync(SetPolicyRequest request, Permit permit)
    {
        Fields.Distinct(request.Settings.Select(setting => setting.Name), "settings");
        var numbers = request.Settings.ToImmutableSortedDictionary(setting => setting.Name, setting => setting.Value, StringComparer.Ordinal);
        var writing = await asking.BeginAsync(request, permit);
        var accepted = await writing.AskAsync(Stream, new RegionCommand.SetPolicy(numbers));
        return new() { PolicyVersion = accepted.Find<RegionEvent.PolicySet>()?.Version ?? (await ReadAsync(permit)).Policy.Version, Position = accepted.Position };
    }

    private async ValueTask<GetPolicyResponse> GetPolicyAsync(GetPolicyRequest request, Permit permit)
    {
        var position = await atLeast.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var (_, policy) = await ReadAsync(permit);
        return new()
        {
            Numbers =
            {
                PolicyNumbers.All.Select(number => new Plek.V1.PolicyNumber
                {
                    Name = number.Name, Unit = number.Unit, Value = policy[number], Default = number.Default, Minimum = number.Minimum, Maximum = number.Maximum,
                }),
            },
            PolicyVersion = policy.Version,
            Position = position,
        };
    }

    private async ValueTask<SetModeResponse> SetModeAsync(SetModeRequest request, Permit permit)
    {
        var mode = Fields.Word<Plek.V1.RegionMode, Grains.Kernel.RegionMode>(request.Mode, "mode");
        var writing = await asking.BeginAsync(request, permit);
        var accepted = await writing.AskAsync(Stream, new RegionCommand.SetMode(mode));
        return new() { PolicyVersion = accepted.Find<RegionEvent.ModeSet>()?.Version ?? (await ReadAsync(permit)).Policy.Version, Position = accepted.Position };
    }

    private async ValueTask<RegionState> ReadAsync(Permit permit) => (await grains.ReadAsync<RegionState>(Stream, permit.Cancel)).State;
}
