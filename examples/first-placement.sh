#!/usr/bin/env bash
# A first placement, from the report of beds to the child who is in, over plain HTTP and JSON: a girl of 14 in Dordrecht cannot stay where
# she is for two more hours. Needs a running ./run with the sample region, and curl.
#   PLEK=http://localhost:8080  where it listens      DATA=data  its folder of data, as given to ./run
#   PLEK_RUN=./run              what to run for a token
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
plek=${PLEK:-http://localhost:8080}
run=$(date +%s%N) # Command ids are the client's own: a retry with the same id gets the same answer, and nothing happens twice.

token() { ${PLEK_RUN:-"$here/run"} token --data "${DATA:-$here/data}" "$@"; }

# call TOKEN SERVICE/METHOD JSON: one call; a refusal shows its reason and ends the script.
call() {
    curl -sS --fail-with-body -X POST "$plek/plek.v1.$2" -H "Authorization: Bearer $1" -H 'Content-Type: application/json' -d "$3" ||
        { echo; echo "$2 was refused." >&2; exit 1; }
}

# field NAME < JSON: the first value of that name.
field() { sed -E "s/^.*\"$1\": ?\"?([^\",}]*).*$/\1/; q" <<<"$(grep -oE "\"$1\": ?(\"[^\"]*\"|[^,}]*)" | head -n 1)"; }

desk=$(token --role CrisisDesk --name 'Crisisdienst Zuid-Holland Zuid')
provider=$(token --role ProviderReporter,ProviderIntake --name 'Groepsleiding De Kade' --provider merwetij)

echo '1. A dashboard watches De Kade.'
watch=$(mktemp)
trap 'kill "$watcher" 2>/dev/null || true; rm -f "$watch"' EXIT
body='{"filter":{"facilityIds":["de-kade"]}}'
printf '\x00\x00\x00\x00%b%s' "\\x$(printf %02x ${#body})" "$body" | # A stream's messages carry their length in front.
    curl -sSN -X POST "$plek/plek.v1.CapacityService/WatchCapacity" -H "Authorization: Bearer $desk" \
        -H 'Content-Type: application/connect+json' --data-binary @- >"$watch" &
watcher=$!

echo '2. The provider reports six children in the group for 12 to 18.'
call "$provider" ProviderService/ReportBeds '{"commandId":"'"$run"'-1","facilityId":"de-kade","unitId":"de-kade-oud","occupied":6}'
echo

echo '3. The desk takes the request down by phone, and triages it.'
request=$(call "$desk" PlacementService/Submit '{"commandId":"'"$run"'-2","crisisAsked":true,"homePostcode4":3311,
    "children":[{"ageYears":14,"genderNeed":"GENDER_NEED_F","infection":"INFECTION_STATUS_NO_SYMPTOMS"}],
    "referral":{"kind":"REFERRER_KIND_ACCESS","organisation":"Sociaal team Dordrecht","responsible":"GM0505"},
    "legalBasis":{"kind":"LEGAL_BASIS_VOLUNTARY","status":"LEGAL_BASIS_STATUS_WRITTEN"}}')
id=$(field requestId <<<"$request")
child=$(grep -oE '"subjectIds": ?\[ ?"[^"]*' <<<"$request" | grep -oE '[^"]*$')
call "$desk" PlacementService/StartTriage '{"commandId":"'"$run"'-3","requestId":"'"$id"'"}' >/dev/null
call "$desk" PlacementService/Triage '{"commandId":"'"$run"'-4","requestId":"'"$id"'","crisis":"CRISIS_GRADE_ACUTE",
    "children":[{"subjectId":"'"$child"'","safety":"SAFETY_SCORE_VERY_UNSAFE","assessor":"crisisdienst"}],
    "alternatives":[{"alternative":"ALTERNATIVE_NETWORK","why":"niemand vanavond"},{"alternative":"ALTERNATIVE_CURRENT_PLACE","why":"onveilig"},
        {"alternative":"ALTERNATIVE_AMBULATORY","why":"te laat"},{"alternative":"ALTERNATIVE_CHILD_CARE","why":"te oud"},
        {"alternative":"ALTERNATIVE_FLITS","why":"niet vanavond"}]}'
echo

echo '4. Where can she go? The best places first; each with the parts of its score.'
places=$(call "$desk" PlacementService/FindPlaces '{"requestId":"'"$id"'","limit":3}')
grep -oE '"unitName": ?"[^"]*"|"total": ?[0-9]+' <<<"$places" | paste -d ' ' - -

echo '5. The desk holds a bed at De Kade, the provider says yes, she arrives.'
offer=$(call "$desk" PlacementService/Offer '{"commandId":"'"$run"'-5","requestId":"'"$id"'","facilityId":"de-kade","unitId":"de-kade-oud"}')
echo "$offer"
attempt=$(field attempt <<<"$offer")
call "$provider" PlacementService/Consent '{"commandId":"'"$run"'-6","requestId":"'"$id"'","attempt":'"$attempt"'}'
echo
call "$provider" PlacementService/Admit '{"commandId":"'"$run"'-7","requestId":"'"$id"'","attempt":'"$attempt"'}'
echo

sleep 0.5 # A dashboard is sent at most one change in 100 ms, the latest; so this one shows her while she is in.
echo '6. She goes home again, so that this can be run once more.'
call "$desk" PlacementService/EndStay '{"commandId":"'"$run"'-8","requestId":"'"$id"'","subjectId":"'"$child"'","outcome":"STAY_OUTCOME_HOME"}'
echo

echo '7. What the dashboard saw of the group: occupied, held and available, as they changed.'
sleep 1
tr -d '\000-\037' <"$watch" | sed 's/"facilityId"/\n&/g' | grep -aE '"unitId": ?"de-kade-oud"' | while read -r row; do
    grep -oE '"(occupied|held|available)": ?[0-9]+' <<<"$row" | paste -sd ' '
done
