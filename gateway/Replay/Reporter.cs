using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Plek.V1;

namespace Gateway.Replay;

/// <summary>Speaks for the facilities: each report goes out under the token of a reporter of the provider that runs the facility.</summary>
/// <param name="tokenOf">The token of a county's or state's provider.</param>
/// <remarks>Safe to call at the same time.</remarks>
internal sealed class Reporter(ServiceClient client, ReplayInput input, Func<string, string> tokenOf)
{
    private readonly Dictionary<string, string> _tokens = TokensOf(input, tokenOf);

    /// <summary>Sends a row as the report that its facility would send. The same row has the same command id, whenever it is sent.</summary>
    public async Task<(Outcome Outcome, TimeSpan Took)> SendAsync(ReplayRow row, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        var answer = await client.AskAsync<ReportAnswer>("plek.v1.ProviderService/ReportBeds", Report(row), _tokens[row.Facility], cancel);
        var took = Stopwatch.GetElapsedTime(begun);
        if (answer.Failure is { Code: not ("failed_precondition" or "invalid_argument") } failure)
            throw new ReplayException($"Line {row.Line} got an answer that is no answer to a report: {failure}");
        return (new(row.Line, answer.Failure?.Reason, answer.Message?.Position ?? 0, answer.Message?.RecordedAt is not null, await SayStaffAsync(row, cancel)), took);
    }

    private async Task<string> SayStaffAsync(ReplayRow row, CancellationToken cancel)
    {
        if (row.Staff is not { } staff) return "";
        var said = new List<string>();
        foreach (var absence in staff.Absences)
            said.Add(await SayAsync(absence.Count > 0 ? "ReportAbsence" : "EndAbsence", absence.Count > 0 ? Absent(row, staff, absence) : Present(row, staff, absence)));
        if (staff.Openness is { } openness) said.Add(await SayAsync("SetOpenness", Open(row, openness)));
        return string.Join(' ', said);

        async Task<string> SayAsync(string method, IMessage request)
        {
            var answer = await client.AskAsync<ReportAnswer>($"plek.v1.ProviderService/{method}", request, _tokens[row.Facility], cancel);
            if (answer.Message is { } kept) return kept.RecordedAt is null ? "same" : kept.Position.ToString(CultureInfo.InvariantCulture);
            return answer.Failure is { Code: "failed_precondition" or "not_found" or "already_exists" or "resource_exhausted" } refused ? refused.Reason
                : throw new ReplayException($"Line {row.Line} got an answer that is no answer to {method}: {answer.Failure}");
        }
    }

    private ReportAbsenceRequest Absent(ReplayRow row, ReplayStaff staff, ReplayAbsence absence) => new()
    {
        CommandId = IdOf(row, absence.Id),
        OccurredAt = row.OccurredAt.ToTimestamp(),
        FacilityId = row.Facility,
        Absence = new()
        {
            AbsenceId = absence.Id,
            UnitId = row.Facility,
            Function = absence.Function,
            Shifts = { Shift.Day, Shift.Evening, Shift.Night },
            From = staff.From.ToTimestamp(),
            Until = staff.Until.ToTimestamp(),
            Count = absence.Count,
            Reason = absence.Reason,
        },
    };

    // Ended when it began, it never was.
    private EndAbsenceRequest Present(ReplayRow row, ReplayStaff staff, ReplayAbsence absence) =>
        new() { CommandId = IdOf(row, absence.Id), OccurredAt = staff.From.ToTimestamp(), FacilityId = row.Facility, AbsenceId = absence.Id };

    private SetOpennessRequest Open(ReplayRow row, Openness openness) => new()
    {
        CommandId = IdOf(row, "openness"),
        OccurredAt = row.OccurredAt.ToTimestamp(),
        FacilityId = row.Facility,
        Openness = openness,
        Reason = openness == Openness.Limited ? OpennessReason.Staff : OpennessReason.Unspecified,
    };

    private string IdOf(ReplayRow row, string what) => string.Create(CultureInfo.InvariantCulture, $"{input.Name}-line-{row.Line}-{what}");

    /// <summary>The unit's numbers and openness as the service shows them to its own facility, at least as new as <paramref name="position"/>.</summary>
    public async Task<(Exact Exact, Openness Openness)> ShownAsync(string facility, long position, CancellationToken cancel)
    {
        var request = new GetCapacityRequest { FacilityId = facility, AtLeastPosition = position };
        var answer = await client.AskAsync<GetCapacityResponse>("plek.v1.CapacityService/GetCapacity", request, _tokens[facility], cancel);
        return answer.OrThrow($"The capacity of {facility} could not be read").Capacity is [{ Exact: { } exact } unit] ? (exact, unit.Openness)
            : throw new ReplayException($"{facility} does not see the exact numbers of its one unit.");
    }

    private ReportBedsRequest Report(ReplayRow row) => new()
    {
        CommandId = string.Create(CultureInfo.InvariantCulture, $"{input.Name}-line-{row.Line}"),
        OccurredAt = row.OccurredAt.ToTimestamp(),
        FacilityId = row.Facility,
        UnitId = row.Facility,
        Occupied = row.Occupied,
        Licensed = row.Licensed,
    };

    private static Dictionary<string, string> TokensOf(ReplayInput input, Func<string, string> tokenOf)
    {
        var tokens = input.Facilities.Select(facility => facility.Municipality).Distinct().ToDictionary(place => place, tokenOf, StringComparer.Ordinal);
        return input.Facilities.ToDictionary(facility => facility.Id, facility => tokens[facility.Municipality], StringComparer.Ordinal);
    }
}
