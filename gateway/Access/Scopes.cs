using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Whether what a request names belongs to the caller. What does not exist belongs to nobody.</summary>
public sealed class Scopes(IGrains grains)
{
    /// <summary>Fails at start when a method's proto claims a scope that its request cannot be tested for.</summary>
    public void Require(Scope scope, RequestFields fields, MethodDescriptor method)
    {
        var testable = scope switch
        {
            Scope.Any or Scope.Revealed => true,
            Scope.OwnProvider => fields.HasProvider || fields.HasFacility || fields.HasRequest,
            Scope.OwnFacility => fields.HasFacility,
            Scope.OwnRequest or Scope.WaitingCase => fields.HasRequest,
            _ => false,
        };
        if (!testable) throw new InvalidOperationException($"{method.FullName} grants {scope}, and its request has no field to test that by.");
    }

    public async ValueTask<bool> HoldsAsync(Scope scope, RequestFields fields, IMessage request, Principal caller, CancellationToken cancel) => scope switch
    {
        Scope.Any or Scope.Revealed => true,
        Scope.OwnProvider => caller.Provider is { } own && await ProviderAsync(fields, request, cancel) == own,
        Scope.OwnFacility => caller.Facilities.Contains(fields.FacilityId(request)),
        Scope.OwnRequest => (await PlacementAsync(fields.RequestId(request), cancel)).Referral?.Reporter == caller.Id,
        Scope.WaitingCase => (await PlacementAsync(fields.RequestId(request), cancel)).IsExpertCase,
        _ => false,
    };

    private async ValueTask<string?> ProviderAsync(RequestFields fields, IMessage request, CancellationToken cancel)
    {
        if (fields.HasProvider) return fields.ProviderId(request);
        var facility = fields.HasFacility
            ? fields.FacilityId(request)
            : AttemptOf(await PlacementAsync(fields.RequestId(request), cancel), fields.Attempt(request))?.FacilityId;
        return facility is null ? null : (await grains.ReadAsync<FacilityState>(StreamId.Facility(facility), cancel)).State.Profile?.ProviderId;
    }

    /// <summary>The named attempt, over or not, for who stands at the door of a place that was given up; without a name the live one.</summary>
    private static Grains.Placements.Attempt? AttemptOf(PlacementState state, int? number) =>
        number is { } named && named != state.Live?.Number ? state.Past.GetValueOrDefault(named) : state.Live;

    private async ValueTask<PlacementState> PlacementAsync(string requestId, CancellationToken cancel) =>
        (await grains.ReadAsync<PlacementState>(StreamId.Placement(requestId), cancel)).State;
}
