#!/usr/bin/env bash
# Builds the C library and its shim from nothing, holds the package to what it says, and runs the example's two benches, as it is and with
# its seeded fault: both must find the fault, and `mxact verify` must name it. MXACT_LIB=FOLDER takes a library that is built
# already (Conformance/Bindings/c/build.sh).
# Exit code 0: all held; 1: something did not; 77: this machine lacks what the line says.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
for tool in dotnet gcc g++ make verilator iverilog; do
    command -v "$tool" > /dev/null || {
        echo "not checked: $tool is missing (.NET 10 SDK; packages gcc g++ make verilator iverilog)"
        exit 77
    }
done
if [ -z "${MXACT_LIB:-}" ] && { ! command -v clang > /dev/null || [ ! -e /usr/include/zlib.h ]; }; then
    echo "not checked: clang or zlib's header is missing, to build libmxact (packages clang zlib1g-dev)"
    exit 77
fi
to=$(mktemp -d)
trap 'rm -rf "$to"' EXIT
golden=$root/Vectors/golden/v1 only=dot+mxfp8-e4m3+model=exact
unit=(example/mxfp8_sum.sv example/binary32_add.sv example/mxfp8_dot.sv)
dotnet build "$root/Conformance/Cli" -c Release --nologo -v quiet -p:RestoreLockedMode=false
mxact() { dotnet "$root/Conformance/Cli/bin/Release/net10.0/mxact.dll" "$@"; }
fail() { echo "failed: $*"; exit 1; }

mkdir "$to/lib"
if [ -n "${MXACT_LIB:-}" ]; then
    cp "$MXACT_LIB/libmxact.so" "$MXACT_LIB/mxact.h" "$to/lib/"
else
    ../c/build.sh "$to/lib" x86-64
fi
./build.sh "$to/lib"

# verilated NAME TOP SOURCE...: a simulation with the package in it, as $to/NAME/simulation.
verilated() {
    local name=$1 top=$2
    shift 2
    verilator --binary -j 2 --top-module "$top" -Mdir "$to/$name" "$@" -o simulation \
        -LDFLAGS "-L$to/lib -lmxact_dpi -lmxact -Wl,-rpath,$to/lib" > "$to/$name.log" 2>&1 || {
        tail -n 30 "$to/$name.log"
        fail "$name: not built"
    }
}

verilated package package_test mxact_pkg.sv tests/package_test.sv
"$to/package/simulation" +vectors="$golden"

# The group of one block: the length that the unit takes.
mxact export --readmemh "$to/memories" --only "$only"
group=$to/memories/$(awk -F, '$2 == "dot" && $6 == 560 { print $1 }' "$to/memories/groups.csv")
rows=$(wc -l < "$group/stimulus.hex")
mapfile -t ids < <(awk -F, 'NR > 1 { print "--only"; print $2 }' "$group/index.csv")

for fault in "" -DMXACT_FAULT_STICKY; do
    name=${fault:+faulty} name=${name:-clean}
    iverilog -g2012 -Wall $fault -o "$to/$name.vvp" "${unit[@]}" example/bench_readmemh.sv
    vvp "$to/$name.vvp" +memories="$group" +rows="$rows" +answers="$to/$name.readmemh"
    verilated "$name" bench_dpi $fault mxact_pkg.sv "${unit[@]}" example/bench_dpi.sv
    "$to/$name/simulation" +vectors="$golden" +only="$only" +answers="$to/$name.dpi" | tee "$to/$name.said"

    # What the unit answered, judged: by the ids of index.csv, and as an answer for each line of `mxact requests`.
    for bench in readmemh dpi; do
        terms=(--only "$only")
        [ "$bench" = dpi ] || terms=("${ids[@]}")
        code=0
        mxact verify "$to/$name.$bench" "${terms[@]}" > "$to/report" || code=$?
        if [ -z "$fault" ]; then
            [ "$code" = 0 ] || { tail -n 30 "$to/report"; fail "$bench: the unit is not conformant"; }
        else
            [ "$code" = 1 ] || fail "$bench: the seeded fault was not found"
            grep '^CAUSE 1 of 1: sticky bit dropped' "$to/report" || { tail -n 30 "$to/report"; fail "$bench: the fault has another name"; }
        fi
        tail -n 1 "$to/report"
    done
done
grep -q '^dpi: 5000 random rows, 0 differ' "$to/clean.said" || fail "the unit differs from the library on random operands"
if grep -q 'random rows, 0 differ' "$to/faulty.said"; then fail "random operands do not show the seeded fault"; fi
echo "systemverilog: the package and both benches hold, and the seeded fault is found and named (Verilator, Icarus)"
