#!/bin/sh
# Parses both files for every family of device that they know. Where a card and its compiler are at hand it builds and runs them as well.
# Ends in one line: exit 0 parsed, 1 not, 77 where there is no clang. What was not run is called unrun.
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
clang=
for candidate in ${CLANG:-} clang++-22 clang++-21 clang++-20 clang++-19 clang++; do
    command -v "$candidate" >/dev/null && clang=$candidate && break
done
[ -n "$clang" ] || { echo "GPU kit: NOT CHECKED: there is no clang"; exit 77; }

# $1 the file, $2 the language, $3 the architecture, the rest: what an older clang has to be told of the device.
parses() {
    file=$1 language=$2 architecture=$3
    shift 3
    "$clang" -x "$language" "--cuda-gpu-arch=$architecture" -nogpuinc -nogpulib -std=c++17 -Wall -Wextra -Werror \
        -Wno-unknown-cuda-version -I "$here/stubs" "$@" -fsyntax-only "$here/$file" >"$work/log" 2>&1 && return
    tail -n 20 "$work/log"
    echo "GPU kit: WRONG: $file for $architecture $*"
    exit 1
}

for device in 700 750 800 890 900 "1000 -DMXACT_SM10X=1" "1200 -DMXACT_SM12X=1"; do
    parses mxact_record.cu cuda sm_80 -DMXACT_ARCH=$device      # unquoted: two words for Blackwell
done
# By their own names where this clang knows them: its built-in functions are then the real ones, not declared here.
for device in "gfx908 908" "gfx90a 910" "gfx942 942" "gfx950 950" "gfx1100 1100" "gfx1200 1200"; do
    real=${device% *}
    if "$clang" --target=amdgcn-amd-amdhsa "-mcpu=$real" -nogpulib -x c -fsyntax-only /dev/null 2>/dev/null; then
        parses mxact_record.hip.cpp hip "$real"
    else
        parses mxact_record.hip.cpp hip "$([ "${real#gfx1}" = "$real" ] && echo gfx90a || echo gfx1030)" "-DMXACT_GFX=${device#* }"
        echo "   $real: this clang does not know it; its built-in functions are those that stubs/ declares"
    fi
done

# $1 the compiler, $2 what shows a device, $3 how it is built.
runs() {
    if ! command -v "$1" >/dev/null; then
        echo "   $4: unrun, there is no $1"
        return
    fi
    (cd "$work" && $3) >"$work/log" 2>&1 || { tail -n 20 "$work/log"; echo "GPU kit: WRONG: $1 does not build $4"; exit 1; }
    if ! $2 >/dev/null 2>&1; then
        echo "   $4: built, unrun: there is no device"
        return
    fi
    mxact="dotnet $root/Conformance/Cli/bin/Release/net10.0/mxact.dll"
    $mxact requests --recordings --a fp16 --b fp16 --out f32 --k 16 --rows 200 >"$work/questions.csv" || exit 1
    "$work/mxact_record" <"$work/questions.csv" >"$work/answers.csv" || { echo "GPU kit: WRONG: $4 answers nothing"; exit 1; }
    $mxact requests --only encode+e4m3 >"$work/requests" && "$work/mxact_record" <"$work/requests" >"$work/answers" \
        || { echo "GPU kit: WRONG: $4 converts nothing"; exit 1; }
    # Which model the card has is for a person to say; here it is enough that every answer can be read.
    $mxact recordings "$work/answers.csv" --model ampere-fp16 | tail -n 1
    $mxact verify "$work/answers" --only encode+e4m3 | tail -n 1
}
runs nvcc "nvidia-smi" "nvcc -std=c++17 -arch=native -o mxact_record $here/mxact_record.cu" mxact_record.cu
runs hipcc "rocminfo" "hipcc -std=c++17 --offload-arch=native -o mxact_record $here/mxact_record.hip.cpp" mxact_record.hip.cpp
echo "GPU kit: parsed by $("$clang" --version | head -n 1)"
