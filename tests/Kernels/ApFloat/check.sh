#!/bin/sh
# Holds LLVM's APFloat to the golden vectors; see ../README.md. $1: an mxact command, built here where none is given.
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../../.." && pwd)
config=llvm-config-22
command -v $config >/dev/null || { echo "NOT CHECKED: LLVM's APFloat; the package llvm-22-dev is missing"; exit 77; }
command -v g++ >/dev/null || { echo "NOT CHECKED: LLVM's APFloat; the package g++ is missing"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
    mxact=$1
else
    dotnet build -c Release "$root/Conformance/Cli" >"$work/build.log" 2>&1 || { tail -n 5 "$work/build.log"; exit 1; }
    mxact="dotnet $root/Conformance/Cli/bin/Release/net10.0/mxact.dll"
fi

# shellcheck disable=SC2046 # several words each
g++ -std=c++17 -O1 -fno-exceptions -I "$($config --includedir)" "$here/apfloat.cpp" -o "$work/apfloat" \
    -L "$($config --libdir)" -Wl,-rpath,"$($config --libdir)" $($config --link-shared --libs) || exit 1

# The list is what the suite writes, causes included: no row more, none less.
$mxact run --only decode --only encode --overflow non-finite --write-departures "$work/departures.csv" -- "$work/apfloat" >"$work/log" 2>&1
if ! cmp -s "$work/departures.csv" "$here/departures.csv"; then
    diff "$here/departures.csv" "$work/departures.csv" | head -n 20
    tail -n 1 "$work/log"
    exit 1
fi
$mxact run --only decode --only encode --overflow non-finite --departures "$here/departures.csv" -- "$work/apfloat"
