using Gateway.Views;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grains.Facilities;
using Grains.Kernel;
using Grains.Placements;
using Plek.V1;

namespace Gateway.Access;

/// <summary>Whether what a request names belongs to the caller. What does not exist belongs to nobody.</summary>
public sealed class Scopes(IGrains grains, AlarmBoard alarms)
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
            Scope.OwnAlarm => fields.HasAlarm,
            _ => false,
        };
        if (!testable) throw new InvalidOperationException($"{method.FullName} grants {scope}, and its request has no field to test that by.");
    }

    public async ValueTask<bool> HoldsAsync(Scope scope, RequestFields fields, IMessage request, Principal caller, CancellationToken cancel) => scope switch
    {
        Scope.Any or Scope.Revealed => true,
        Scope.OwnProvider => caller.Provider is { } own && await IsOwnAsync(own, fields, request, cancel),
        Scope.OwnFacility => caller.Facilities.Contains(fields.FacilityId(request)),
        Scope.OwnRequest => (await PlacementAsync(fields.RequestId(request), cancel)).Referral?.Reporter == caller.Id,
        Scope.WaitingCase => (await PlacementAsync(fields.RequestId(request), cancel)).IsExpertCase,
        Scope.OwnAlarm => alarms.Current.Find(fields.AlarmId(request)) is { } alarm && AlarmReveal.Shows(alarm.Owner, alarm.ProviderId, caller),
        _ => false,
    };

    private async ValueTask<bool> IsOwnAsync(string provider, RequestFields fields, IMessage request, CancellationToken cancel)
    {
        if (fields.HasProvider) return fields.ProviderId(request) == provider;
        if (fields.HasFacility) return await IsOfAsync(fields.FacilityId(request), provider, cancel);
        foreach (var facility in Named(await PlacementAsync(fields.RequestId(request), cancel), fields.Attempt(request), fields.Enquiry(request)))
            if (await IsOfAsync(facility, provider, cancel)) return true;
        return false;
    }

    private async ValueTask<bool> IsOfAsync(string facility, string provider, CancellationToken cancel) =>
        (await grains.ReadAsync<FacilityState>(StreamId.Facility(facility), cancel)).State.Profile?.ProviderId == provider;

    /// <summary>The facility of the named attempt or enquiry, over or not: for who stands at the door of a place that was given up, or answers too late.
    /// Without a name that of the live attempt, and those that are asked now.</summary>
    private static IEnumerable<string> Named(PlacementState state, int? attempt, int? enquiry)
    {
        if (enquiry is { } asked) return state.Enquiries.TryGetValue(asked, out var known) ? [known.FacilityId] : [];
        if (attempt is { } number && number != state.Live?.Number) return state.Past.TryGetValue(number, out var past) ? [past.FacilityId] : [];
        var open = attempt is null ? state.OpenEnquiries.Select(open => open.FacilityId) : [];
        return state.Live is { } live ? open.Prepend(live.FacilityId) : open;
    }

    private async ValueTask<PlacementState> PlacementAsync(string requestId, CancellationToken cancel) =>
        (await grains.ReadAsync<PlacementState>(StreamId.Placement(requestId), cancel)).State;
}
