# Sourced by ./run, ./test and ./bench with `here` set to the root of the clone: finds the SDK, and builds only when something changed.
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1 DOTNET_CLI_UI_LANGUAGE=en

# One configuration everywhere, so that what is tested and measured is what runs.
configuration=Release

# Ends the script with what a wrong call looked like; 2 is the exit code of a wrong call, 1 of a failed one.
wrong() { printf '%s: %s\nTry: %s --help\n' "$0" "$1" "$0" >&2; exit 2; }

require_sdk() {
    local sdks
    sdks=$(dotnet --list-sdks 2>/dev/null || true)
    grep -q '^10\.' <<<"$sdks" && return
    {
        echo "Plek needs the .NET 10 SDK; this machine has ${sdks:-none}."
        echo "Install it as https://learn.microsoft.com/dotnet/core/install/linux-debian says (package dotnet-sdk-10.0), then try again."
    } >&2
    exit 1
}

# compile PROJECT NAME…: builds quietly and stamps each name with the instant at which the build began; on failure shows the errors and ends.
compile() {
    local project=$1 log="$here/artifacts/build.log" name
    shift
    mkdir -p "$here/artifacts"
    touch "$here/artifacts/building.$$"
    if ! dotnet build "$here/$project" -c "$configuration" -v minimal -nodeReuse:false >"$log" 2>&1 </dev/null; then
        rm -f "$here/artifacts/building.$$"
        sed -nE "s#$here/##g; /(: |^)(error|warning) /p" "$log" | sort -u | head -40 >&2
        echo "The build of $project failed; its whole output is in artifacts/build.log." >&2
        exit 1
    fi
    for name in "$@"; do cp -p "$here/artifacts/building.$$" "$here/artifacts/$name.built"; done
    rm -f "$here/artifacts/building.$$"
}

# start NAME PROJECT PROGRAM FOLDERS ARGUMENT…: becomes the program, built first when anything in the folders is newer than the last build.
# A file that was removed makes its folder newer, so it counts too.
start() {
    local name=$1 project=$2 program="$here/artifacts/bin/$3" folders=$4 stamp="$here/artifacts/$1.built"
    shift 4
    require_sdk
    # shellcheck disable=SC2086 # The folders are words.
    if [[ ! -f $program || ! -f $stamp || -n $(cd "$here" && find Directory.*.props $folders -newer "$stamp" -print -quit) ]]; then
        echo "Building …" >&2
        compile "$project" "$name"
    fi
    exec dotnet "$program" "$@"
}
