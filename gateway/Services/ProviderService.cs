using Gateway.Access;
using Gateway.Rpc;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Providers;
using Plek.V1;
using Own = Grains.Facilities;

namespace Gateway.Services;

/// <summary>Answers <c>plek.v1.ProviderService</c>: what providers say about themselves and their facilities.</summary>
public sealed partial class ProviderService(IGrains grains, IVault vault, Asking asking, AtLeast atLeast, ViewReads views)
{
    private static readonly TimeSpan AheadMax = TimeSpan.FromDays(2 * 366);
    private static readonly TimeSpan ReviewAfter = TimeSpan.FromHours(24);
    private static readonly TimeSpan BlockAheadMax = TimeSpan.FromDays(366);

    private static Google.Protobuf.Reflection.ServiceDescriptor Service => ProviderReflection.Descriptor.Services[0];

    public void Map(Gate gate) => gate
        .Unary<ReportBedsRequest, ReportAnswer>(Service.FindMethodByName("ReportBeds"), ReportBedsAsync)
        .Unary<ConfirmUnchangedRequest, ReportAnswer>(Service.FindMethodByName("ConfirmUnchanged"), ConfirmUnchangedAsync)
        .Unary<DeclareOperableRequest, ReportAnswer>(Service.FindMethodByName("DeclareOperable"), DeclareOperableAsync)
        .Unary<SetOpennessRequest, ReportAnswer>(Service.FindMethodByName("SetOpenness"), SetOpennessAsync)
        .Unary<SetCrisisUseRequest, ReportAnswer>(Service.FindMethodByName("SetCrisisUse"), SetCrisisUseAsync)
        .Unary<SetBlockRequest, ReportAnswer>(Service.FindMethodByName("SetBlock"), SetBlockAsync)
        .Unary<EndBlockRequest, ReportAnswer>(Service.FindMethodByName("EndBlock"), EndBlockAsync)
        .Unary<SetCrucialRequest, ReportAnswer>(Service.FindMethodByName("SetCrucial"), SetCrucialAsync)
        .Unary<EndOccupancyRequest, ReportAnswer>(Service.FindMethodByName("EndOccupancy"), EndOccupancyAsync)
        .Unary<ReportAbsenceRequest, ReportAnswer>(Service.FindMethodByName("ReportAbsence"), ReportAbsenceAsync)
        .Unary<EndAbsenceRequest, ReportAnswer>(Service.FindMethodByName("EndAbsence"), EndAbsenceAsync)
        .Unary<SetRosterRequest, ReportAnswer>(Service.FindMethodByName("SetRoster"), SetRosterAsync)
        .Unary<SetStandardRosterRequest, ReportAnswer>(Service.FindMethodByName("SetStandardRoster"), SetStandardRosterAsync)
        .Unary<PreviewAbsenceRequest, PreviewAbsenceResponse>(Service.FindMethodByName("PreviewAbsence"), PreviewAbsenceAsync)
        .Unary<GetStaffingRequest, GetStaffingResponse>(Service.FindMethodByName("GetStaffing"), GetStaffingAsync)
        .Unary<GetProviderRequest, GetProviderResponse>(Service.FindMethodByName("GetProvider"), GetProviderAsync)
        .Unary<GetFiguresRequest, GetFiguresResponse>(Service.FindMethodByName("GetFigures"), new FiguresReader(views).GetAsync)
        .Unary<ListProvidersRequest, ListProvidersResponse>(Service.FindMethodByName("ListProviders"), ListProvidersAsync);

    private async ValueTask<ReportAnswer> ReportBedsAsync(ReportBedsRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var unit = Check.Id(request.UnitId, "unit_id");
        var occupied = Fields.Number(request.HasOccupied, request.Occupied, 0, 1_000, "occupied");
        var licensed = request.HasLicensed ? Check.Range(request.Licensed, 0, 500, "licensed") : (int?)null;
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.ReportBeds(unit, occupied, licensed, writing.At, request.Confirmed)));
    }

    private async ValueTask<ReportAnswer> ConfirmUnchangedAsync(ConfirmUnchangedRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var unit = request.UnitId.Length == 0 ? null : Check.Id(request.UnitId, "unit_id");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.ConfirmUnchanged(unit, writing.At)));
    }

    private async ValueTask<ReportAnswer> DeclareOperableAsync(DeclareOperableRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var unit = Check.Id(request.UnitId, "unit_id");
        var operable = Fields.Number(request.HasOperable, request.Operable, 0, 500, "operable");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.DeclareOperable(unit, operable, writing.At)));
    }

    private async ValueTask<ReportAnswer> SetOpennessAsync(SetOpennessRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var openness = Fields.Word<Plek.V1.Openness, Own.Openness>(request.Openness, "openness");
        var reason = Fields.OptionalWord<Plek.V1.OpennessReason, Own.OpennessReason>(request.Reason, "reason");
        var text = reason == Own.OpennessReason.Other ? Fields.RequiredText(request.Text, "text") : Fields.Text(request.Text, "text");
        var writing = await asking.BeginAsync(request, permit);
        var reopening = Fields.After(request.ExpectedReopening, writing.At, AheadMax, "expected_reopening");
        var order = new FacilityCommand.SetOpenness(openness, reason, await writing.KeepAsync(text), reopening, writing.At);
        return Answer(await writing.AskAsync(async () => FacilitySteps.SetOpenness(
            writing.Command, await writing.OriginAsync(), facility, await grains.ReadAsync<FacilityState>(facility, permit.Cancel), order)));
    }

    private async ValueTask<ReportAnswer> SetCrisisUseAsync(SetCrisisUseRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var unit = Check.Id(request.UnitId, "unit_id");
        var use = Fields.Word<Plek.V1.CrisisUse, Own.CrisisUse>(request.CrisisUse, "crisis_use");
        var text = Fields.Text(request.Text, "text");
        var writing = await asking.BeginAsync(request, permit);
        var until = Fields.After(request.Until, writing.At, AheadMax, "until");
        return Answer(await writing.AskAsync(facility, new FacilityCommand.SetCrisisUse(unit, use, until, await writing.KeepAsync(text))));
    }

    private async ValueTask<ReportAnswer> SetBlockAsync(SetBlockRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var id = Fields.ChosenId(request.BlockId, "block_id");
        var unit = Check.Id(request.UnitId, "unit_id");
        var beds = Check.Range(request.Beds, 1, 500, "beds");
        var reason = Fields.Word<Plek.V1.BlockReason, Own.BlockReason>(request.Reason, "reason");
        var writing = await asking.BeginAsync(request, permit);
        var from = Fields.Instant(request.From, "from") ?? writing.At;
        if (from > writing.At + BlockAheadMax) throw RpcException.Invalid("from", "must lie at most 1 year ahead");
        var until = Fields.After(request.Until, from, AheadMax, "until");
        var review = Fields.After(request.ReviewAt, from, AheadMax, "review_at") ?? from + ReviewAfter;
        return Answer(await writing.AskAsync(facility, new FacilityCommand.SetBlock(id, new(unit, beds, reason, from, until, review))));
    }

    private async ValueTask<ReportAnswer> EndBlockAsync(EndBlockRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var id = Check.Id(request.BlockId, "block_id");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.EndBlock(id, writing.At)));
    }

    private async ValueTask<ReportAnswer> SetCrucialAsync(SetCrucialRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        if (!request.HasCrucial) throw RpcException.Invalid("crucial", "is missing");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(facility, new FacilityCommand.SetCrucial(request.Crucial)));
    }

    private async ValueTask<ReportAnswer> EndOccupancyAsync(EndOccupancyRequest request, Permit permit)
    {
        var facility = Facility(request.FacilityId);
        var occupancy = Fields.OccupancyId(request.OccupancyId, "occupancy_id");
        var writing = await asking.BeginAsync(request, permit);
        return Answer(await writing.AskAsync(async () => FacilitySteps.EndOccupancy(
            writing.Command, await writing.OriginAsync(), facility, await grains.ReadAsync<FacilityState>(facility, permit.Cancel), occupancy, writing.At)));
    }

    private async ValueTask<GetProviderResponse> GetProviderAsync(GetProviderRequest request, Permit permit)
    {
        var id = Check.Id(request.ProviderId, "provider_id");
        var position = await atLeast.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var state = (await grains.ReadAsync<ProviderState>(StreamId.Provider(id), permit.Cancel)).State;
        if (state.Profile is not { } profile) throw new Refusal(Reason.UnknownProvider).ToRpcException();
        var response = new GetProviderResponse { Provider = Show.Provider(id, profile, state.Facilities), Position = position };
        foreach (var contact in state.Contacts)
        {
            var person = await vault.FindPersonAsync(contact.Person, permit.Cancel);
            response.Contacts.Add(new Plek.V1.Contact { Person = Show.Person(person), Role = contact.Role, Hours = contact.Hours });
        }
        return response;
    }

    private async ValueTask<ListProvidersResponse> ListProvidersAsync(ListProvidersRequest request, Permit permit)
    {
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var view = views.Capacity.Current;
        var facilities = view.Facilities.ToLookup(facility => facility.State.Profile?.ProviderId, facility => facility.Id, StringComparer.Ordinal);
        return new()
        {
            Providers = { view.Providers.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => Show.Provider(p.Key, p.Value, facilities[p.Key])) },
            Position = view.Position,
        };
    }

    private static StreamId Facility(string id) => StreamId.Facility(Check.Id(id, "facility_id"));

    private static ReportAnswer Answer(Answer.Accepted accepted) =>
        new() { Position = accepted.Position, RecordedAt = accepted.Facts.IsEmpty ? null : accepted.Facts[^1].RecordedAt.ToWire() };
}
