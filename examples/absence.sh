#!/usr/bin/env bash
# An absence takes beds away, and a nearest miss says what would bring them back: at De Kade one of two is ill tonight, the desk looks for a
# place in its group for 12 to 18, and hears which shift is one short. Needs a running ./run with the sample region, curl and jq.
#   PLEK=http://localhost:8080  where it listens      DATA=data  its folder of data, as given to ./run
#   PLEK_RUN=./run              what to run for a token
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
plek=${PLEK:-http://localhost:8080}
run=$(date +%s%N)

token() { ${PLEK_RUN:-"$here/run"} token --data "${DATA:-$here/data}" "$@"; }

# call TOKEN SERVICE/METHOD JSON: one call; a refusal shows its reason and ends the script.
call() {
    curl -sS --fail-with-body -X POST "$plek/plek.v1.$2" -H "Authorization: Bearer $1" -H 'Content-Type: application/json' -d "$3" ||
        { echo; echo "$2 was refused." >&2; exit 1; }
}

# beds POSITION: what the desk sees of the group, no older than a write.
beds() {
    call "$desk" CapacityService/GetCapacity '{"facilityId":"de-kade","atLeastPosition":"'"$1"'"}' |
        jq -r '.. | objects | select(.unitId? == "de-kade-oud" and .exact?) | .exact |
            "   staff for \(.staffed // 0) · operable \(.operable // 0) · occupied \(.occupied // 0) · available \(.available // 0) · short \(.shortfall // 0)"' | head -n 1
}

desk=$(token --role CrisisDesk --name 'Crisisdienst Zuid-Holland Zuid')
provider=$(token --role ProviderReporter --name 'Groepsleiding De Kade' --provider merwetij)

echo '1. Six children are in; there is staff for seven.'
position=$(call "$provider" ProviderService/ReportBeds '{"commandId":"'"$run"'-1","facilityId":"de-kade","unitId":"de-kade-oud","occupied":6}' | jq -r .position)
beds "$position"

absence='{"absenceId":"ziek-'"$run"'","unitId":"de-kade-oud","function":"STAFF_FUNCTION_PEDAGOGICAL","shifts":["SHIFT_EVENING"],"count":1,
    "reason":"ABSENCE_REASON_ILL"}'
echo '2. One of the two of every evening is ill. What would that do? Nothing is said yet.'
call "$provider" ProviderService/PreviewAbsence '{"facilityId":"de-kade","absence":'"$absence"'}' |
    jq -r '"   available \(.before.exact.available // 0) → \(.after.exact.available // 0), short \(.before.exact.shortfall // 0) → \(.after.exact.shortfall // 0)"'

echo '3. The provider reports it, from a phone between two other tasks.'
position=$(call "$provider" ProviderService/ReportAbsence '{"commandId":"'"$run"'-2","facilityId":"de-kade","absence":'"$absence"'}' | jq -r .position)
beds "$position"

echo '4. The desk looks for a place in this group for a girl of 14, and hears what stands between.'
request=$(call "$desk" PlacementService/Submit '{"commandId":"'"$run"'-3","crisisAsked":true,"homePostcode4":3311,
    "children":[{"ageYears":14,"genderNeed":"GENDER_NEED_F","infection":"INFECTION_STATUS_NO_SYMPTOMS"}],
    "referral":{"kind":"REFERRER_KIND_ACCESS","organisation":"Sociaal team Dordrecht","responsible":"GM0505"},
    "legalBasis":{"kind":"LEGAL_BASIS_VOLUNTARY","status":"LEGAL_BASIS_STATUS_WRITTEN"}}')
id=$(jq -r .requestId <<<"$request")
call "$desk" PlacementService/StartTriage '{"commandId":"'"$run"'-4","requestId":"'"$id"'"}' >/dev/null
call "$desk" PlacementService/Triage '{"commandId":"'"$run"'-5","requestId":"'"$id"'","crisis":"CRISIS_GRADE_ACUTE",
    "children":[{"subjectId":"'"$(jq -r '.subjectIds[0]' <<<"$request")"'","safety":"SAFETY_SCORE_VERY_UNSAFE","assessor":"crisisdienst"}],
    "alternatives":[{"alternative":"ALTERNATIVE_NETWORK","why":"niemand vanavond"},{"alternative":"ALTERNATIVE_CURRENT_PLACE","why":"onveilig"},
        {"alternative":"ALTERNATIVE_AMBULATORY","why":"te laat"},{"alternative":"ALTERNATIVE_CHILD_CARE","why":"te oud"},
        {"alternative":"ALTERNATIVE_FLITS","why":"niet vanavond"}]}' >/dev/null
call "$desk" PlacementService/FindPlaces '{"requestId":"'"$id"'","explain":true,"filter":{"facilityIds":["de-kade"]}}' |
    jq -r '.misses[] | select(.unitId == "de-kade-oud") | .blockers[] |
        "   De Kade 12-18: \(.reason), \(.asked) asked, \(.limit // 0) left" + if .shortShift then
        "; \(.missingStaff) more would do in \(.shortShift.shift) of \(.shortShift.date), \(.shortShifts) shift(s) short" else "" end'

echo '5. The desk is alarmed as well; somebody is found for the evening, and the beds are back.'
sleep 1 # The clock notes the shortfall when the report is in.
call "$desk" AlarmService/ListAlarms '{}' |
    jq -r '[.alarms[]? | select(.facilityId == "de-kade" and .owner == "CrisisDesk")] | first // empty | "   alarm: \(.kind) at \(.facilityId), for \(.owner)"'
position=$(call "$provider" ProviderService/EndAbsence '{"commandId":"'"$run"'-6","facilityId":"de-kade","absenceId":"ziek-'"$run"'"}' | jq -r .position)
beds "$position"
call "$desk" PlacementService/Cancel '{"commandId":"'"$run"'-7","requestId":"'"$id"'","reason":"CANCEL_REASON_SITUATION_IMPROVED"}' >/dev/null
