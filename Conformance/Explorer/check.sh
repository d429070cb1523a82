#!/usr/bin/env bash
# The explorer from nothing, in a real browser: its answers are the command's. `check.sh [INPUTS [FOLDER]]`: inputs a view, and a folder for
# pictures of it. Exit code 0 equal, 1 not, 77 where a package is missing.
set -euo pipefail
cd "$(dirname "$0")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
lacks() { echo "explorer: not checked: $1"; exit 77; }
chromium=$(command -v chromium || command -v chromium-browser || true)
[ -n "$chromium" ] || lacks "no chromium here; Debian has it: apt-get install -y chromium"

log=$(mktemp)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -f "$log"' EXIT
for project in Conformance/Cli Conformance/Explorer tests/Explorer; do
    dotnet restore $project > "$log" 2>&1 || {
        grep -m 1 error "$log" || true
        # Packages that cannot be reached are lacking; anything else, a lock file that is behind among it, is this project's fault.
        if grep -q NU1301 "$log"; then lacks "the packages of $project cannot be fetched"; fi
        echo "explorer: $project cannot be restored"
        exit 1
    }
done
build() { "$@" > "$log" 2>&1 || { grep -E 'error' "$log" | sort -u | head -n 20; echo "explorer: $* failed"; exit 1; }; }
page=Conformance/Cli/bin/Release/net10.0/explorer
rm -rf $page
build dotnet build Conformance/Cli -c Release --no-restore
build dotnet publish Conformance/Explorer -c Release --no-restore
build dotnet build tests/Explorer -c Release --no-restore

dotnet Conformance/Cli/bin/Release/net10.0/mxact.dll explore --no-browser > "$log" 2>&1 &
server=$!
for _ in $(seq 100); do
    address=$(sed -nE 's/.*(http:[^ ]*).*/\1/p' "$log")
    [ -z "$address" ] || break
    sleep 0.1
done
[ -n "$address" ] || { cat "$log"; echo "explorer: mxact explore does not serve"; exit 1; }
status=0
dotnet tests/Explorer/bin/Release/net10.0/Mxact.Explorer.Check.dll "$address" Conformance/Cli/bin/Release/net10.0/mxact.dll "$chromium" \
    $page/wwwroot "${1:-1000}" ${2:+"$2"} || status=$?
# A shell lets programs in the background ignore Ctrl-C; a termination request ends it the same way.
kill -TERM "$server"
ended=0
wait "$server" || ended=$?
server=
[ "$ended" = 130 ] || [ "$ended" = 0 ] || { echo "explorer: mxact explore ended with $ended"; exit 1; }
exit $status
