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
    private static readonly byte[] OfNoContent = new byte[32]; // No content has this hash.

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
        Scope.OwnProvider => caller.Provider is { } own && await IsOwnAsync(own, fields, request, caller, cancel),
        Scope.OwnFacility => caller.Facilities.Contains(fields.FacilityId(request)),
        Scope.OwnRequest => (await PlacementAsync(fields.RequestId(request), cancel)).Referral?.Reporter == caller.Id,
        Scope.WaitingCase => (await PlacementAsync(fields.RequestId(request), cancel)).IsExpertCase,
        Scope.OwnAlarm => alarms.Current.Find(fields.AlarmId(request)) is { } alarm && AlarmReveal.Shows(alarm.Owner, alarm.ProviderId, caller),
        _ => false,
    };

    private async ValueTask<bool> IsOwnAsync(string provider, RequestFields fields, IMessage request, Principal caller, CancellationToken cancel)
    {
        if (fields.HasProvider) return fields.ProviderId(request) == provider;
        if (fields.HasFacility) return await IsOfAsync(fields.FacilityId(request), provider, cancel);
        var state = await PlacementAsync(fields.RequestId(request), cancel);
        foreach (var facility in Named(state, fields.Attempt(request), fields.Enquiry(request)))
            if (await IsOfAsync(facility, provider, cancel)) return true;
        return fields.Enquiry(request) is null && Over(state, fields.Attempt(request)) is { } over && await IsOfAsync(over.FacilityId, provider, cancel)
            && ((request is AdmitRequest && state.GivenUp(over.Number) is not null) || await IsRecordedAsync(fields, request, caller, cancel));
    }

    private async ValueTask<bool> IsOfAsync(string facility, string provider, CancellationToken cancel) =>
        (await grains.ReadAsync<FacilityState>(StreamId.Facility(facility), cancel)).State.Profile?.ProviderId == provider;

    /// <summary>The facility of the named attempt while it is live, or of the named enquiry, over or not, for who answers too late.
    /// Without a name that of the live attempt, and those that are asked now.</summary>
    private static IEnumerable<string> Named(PlacementState state, int? attempt, int? enquiry)
    {
        if (enquiry is { } asked) return state.Enquiries.TryGetValue(asked, out var known) ? [known.FacilityId] : [];
        if (attempt is { } number && number != state.Live?.Number) return [];
        var open = attempt is null ? state.OpenEnquiries.Select(open => open.FacilityId) : [];
        return state.Live is { } live ? open.Prepend(live.FacilityId) : open;
    }

    /// <summary>The named attempt that is over, or without a name the last. How the case goes on is not its provider's any more: it can still tell
    /// of a child at the door of a place that was given up, and hear again what it was answered.</summary>
    private static Grains.Placements.Attempt? Over(PlacementState state, int? attempt) => state.Past.GetValueOrDefault(attempt ?? state.Attempt);

    /// <summary>Whether the caller's command of that id was accepted before, whatever it said then: other contents are refused as such later.</summary>
    private async ValueTask<bool> IsRecordedAsync(RequestFields fields, IMessage request, Principal caller, CancellationToken cancel) =>
        fields.CommandId(request) is { } id && await grains.FindAsync(new(new(caller.Id, id), OfNoContent), cancel) is not null;

    private async ValueTask<PlacementState> PlacementAsync(string requestId, CancellationToken cancel) =>
        (await grains.ReadAsync<PlacementState>(StreamId.Placement(requestId), cancel)).State;
}
