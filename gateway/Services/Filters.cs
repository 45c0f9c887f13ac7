using System.Collections.Immutable;
using Gateway.Rpc;
using Google.Protobuf.Collections;
using Grains.Facilities;
using Grains.Placements;

namespace Gateway.Services;

/// <summary>The checks of what a read asks to see.</summary>
internal static class Filters
{
    private const int ValuesMax = 200;
    private const int PageDefault = 200;
    private const int PageMax = 1_000;
    private const int IntervalDefaultMs = 100;
    private const int IntervalMaxMs = 60_000;

    public static Views.CapacityFilter Capacity(Plek.V1.CapacityFilter? filter) => filter is null ? Views.CapacityFilter.Everything : new(
        Values(filter.Municipalities, Fields.Municipality, "filter.municipalities"),
        Values(filter.ProviderIds, Check.Id, "filter.provider_ids"), Values(filter.FacilityIds, Check.Id, "filter.facility_ids"),
        Values(filter.UnitKinds, Fields.Word<Plek.V1.UnitKind, UnitKind>, "filter.unit_kinds"));

    public static Views.RequestFilter Requests(Plek.V1.RequestFilter? filter) => filter is null ? Views.RequestFilter.Live : new(
        Values(filter.Phases, Fields.Word<Plek.V1.PlacementPhase, PlacementPhase>, "filter.phases"),
        Values(filter.Urgencies, Fields.Word<Plek.V1.Urgency, Urgency>, "filter.urgencies"),
        Values(filter.Municipalities, Fields.Municipality, "filter.municipalities"),
        Values(filter.FacilityIds, Check.Id, "filter.facility_ids"), filter.FinalToo);

    public static int Page(int size) => size == 0 ? PageDefault : Check.Range(size, 1, PageMax, "page_size");

    public static TimeSpan Interval(int milliseconds) =>
        TimeSpan.FromMilliseconds(milliseconds == 0 ? IntervalDefaultMs : Check.Range(milliseconds, 0, IntervalMaxMs, "interval_ms"));

    public static long Resume(long position) => position >= 0 ? position : throw RpcException.Invalid("resume_position", "must not be negative");

    private static ImmutableHashSet<TOwn> Values<TWire, TOwn>(RepeatedField<TWire> values, Func<TWire, string, TOwn> check, string field)
    {
        Fields.Count(values, 0, ValuesMax, field);
        return [.. values.Select(value => check(value, field))];
    }
}
