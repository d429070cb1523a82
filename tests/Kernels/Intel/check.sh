#!/bin/sh
# Asks this processor's bfloat16 dot products what they are; see ../README.md. $1: an mxact command, built here where none is given.
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../../.." && pwd)
for flag in avx512_bf16 amx_bf16; do
    grep -qw $flag /proc/cpuinfo 2>/dev/null || { echo "NOT CHECKED: Intel's dot products; this processor has no $flag"; exit 77; }
done
command -v gcc >/dev/null || { echo "NOT CHECKED: Intel's dot products; the package gcc is missing"; exit 77; }
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
    mxact=$1
else
    dotnet build -c Release "$root/Conformance/Cli" >"$work/build.log" 2>&1 || { tail -n 5 "$work/build.log"; exit 1; }
    mxact="dotnet $root/Conformance/Cli/bin/Release/net10.0/mxact.dll"
fi

gcc -O1 -Wall -Wextra -mavx512vl -mavx512bf16 -mamx-tile -mamx-bf16 "$here/intel.c" -o "$work/intel" || exit 1
for pair in tdpbf16ps=intel-tdpbf16ps-sdm vdpbf16ps=intel-vdpbf16ps; do
    instruction=${pair%%=*}
    echo "dot bf16 bf16 3f80 3f80 00000000" | "$work/intel" "$instruction" >"$work/first" 2>&1
    case $? in
        0) ;;
        77) echo "NOT CHECKED: Intel's dot products; $(cat "$work/first")"; exit 77 ;;
        *) cat "$work/first"; exit 1 ;;
    esac
    $mxact identify-accumulator --a bf16 -- "$work/intel" "$instruction" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
    identified=$(grep '^identified' "$work/log")
    case $identified in
        *" ${pair#*=}, equal but for NaN payloads: "*) echo "$instruction: $identified" ;;
        *) tail -n 3 "$work/log"; exit 1 ;;
    esac
done
