using Gateway.Access;
using Gateway.Rpc;
using Grains.Kernel;
using Plek.V1;

namespace Gateway.Services;

/// <summary>Shows a provider how it answers when it is asked for a place.</summary>
public sealed class FiguresReader(ViewReads views)
{
    public async ValueTask<GetFiguresResponse> GetAsync(GetFiguresRequest request, Permit permit)
    {
        var id = Check.Id(request.ProviderId, "provider_id");
        await views.ReachAsync(request.AtLeastPosition, permit.Cancel);
        var (answers, capacity) = (views.Answers.Current, views.Capacity.Current);
        if (!capacity.Providers.ContainsKey(id)) throw new Refusal(Reason.UnknownProvider).ToRpcException();

        var own = capacity.Rows.Where(unit => unit.Facility.ProviderId == id).ToDictionary(unit => (unit.FacilityId, unit.UnitId));
        var asks = answers.Of(id);
        var byUnit = asks.ToLookup(ask => (ask.FacilityId, ask.UnitId));
        return new()
        {
            Total = Show.Figures(Views.Figures.Of(asks)),
            Units =
            {
                own.Keys.Union(byUnit.Select(unit => unit.Key)).OrderBy(unit => unit.FacilityId, StringComparer.Ordinal).ThenBy(unit => unit.UnitId, StringComparer.Ordinal)
                    .Select(unit => Show.Figures(unit.FacilityId, unit.UnitId, Views.Figures.Of([.. byUnit[unit]]), own.GetValueOrDefault(unit)?.Unit)),
            },
            From = answers.From.ToWire(),
            EvaluatedAt = answers.EvaluatedAt.ToWire(),
            Position = Math.Min(answers.Position, capacity.Position),
        };
    }
}
