#!/usr/bin/env bash
# Builds libmxact from nothing and holds every build that this machine can run to its header and to the golden vectors.
# Exit code 0: all held; 1: something did not; 77: this machine lacks what the first line of output names. CHECK_ARM64=0 leaves arm64 out.
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
for tool in dotnet clang gcc; do
    command -v "$tool" > /dev/null || { echo "not checked: $tool is missing (packages: .NET 10 SDK, clang, gcc, zlib1g-dev)"; exit 77; }
done
[ -e /usr/include/zlib.h ] || { echo "not checked: zlib's header is missing (package zlib1g-dev)"; exit 77; }
dotnet restore Mxact.Native.csproj -r linux-x64 -p:RestoreLockedMode=false -p:NuGetLockFilePath=obj/native.lock.json --nologo -v quiet \
    || { echo "not checked: the package of the ahead-of-time compiler cannot be had"; exit 77; }
to=$(mktemp -d)
trap 'rm -rf "$to"' EXIT
golden=$root/Vectors/golden/v1 sample=$root/tests/Conformance.Tests/Samples/layer.safetensors
dotnet build "$root/Conformance/Cli" -c Release --nologo -v quiet -p:RestoreLockedMode=false
mxact() { dotnet "$root/Conformance/Cli/bin/Release/net10.0/mxact.dll" "$@"; }
./build.sh "$to"
done=() skipped=()

# What a build answers, through fixed signatures in a process of its own and as a program: no row may fail.
hold() {
    local what=$1
    shift
    mxact run --level standard "$@" > "$to/report" || { tail -n 40 "$to/report"; echo "$what: not conformant"; exit 1; }
    echo "$what: $(tail -n 1 "$to/report")"
}

for build in x86-64 x86-64-v3 x86-64-v4; do
    case $build in
        x86-64) folder=$to flag= ;;
        x86-64-v3) folder=$to/glibc-hwcaps/$build flag=avx2 ;;
        x86-64-v4) folder=$to/glibc-hwcaps/$build flag=avx512vl ;;
    esac
    if [ -n "$flag" ] && ! grep -qw "$flag" /proc/cpuinfo; then
        skipped+=("$build (no $flag)")
        continue
    fi
    work=$to/$build.check
    mkdir -p "$work"
    cp "$folder/libmxact.so" "$work/"
    gcc -std=c11 -Wall -Wextra -Werror -O1 -I. tests/test.c -o "$work/test" -L"$work" -lmxact "-Wl,-rpath,$work" -lm -lpthread
    gcc -std=c11 -Wall -Wextra -Werror -O1 -I. tests/serve.c -o "$work/serve" -L"$work" -lmxact "-Wl,-rpath,$work"
    gcc -std=c11 -Wall -Wextra -Werror -O1 -I. -shared -fPIC tests/kernel.c -o "$work/libkernel.so" -L"$work" -lmxact "-Wl,-rpath,$work"
    tests/manifest.sh "$work/libkernel.so" > "$work/kernel.json"
    (cd "$work" && ./test "$golden" "$sample")
    hold "$build, shared library" "$work/kernel.json"
    lane=$(cd "$work" && ./test "$golden" "$sample" | sed -nE '1s/.*, //p')
    hold "$build, program on $lane" -- "$work/serve" "$lane"
    done+=("$build")
done

if [ "${CHECK_ARM64:-1}" = 0 ] || ! command -v qemu-aarch64 > /dev/null || ! command -v aarch64-linux-gnu-gcc > /dev/null \
    || ! command -v ld.lld > /dev/null; then
    skipped+=("arm64 (packages qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross lld)")
else
    ./build.sh "$to" arm64
    aarch64-linux-gnu-gcc -std=c11 -O1 -I. tests/serve.c -o "$to/arm64/serve" -L"$to/arm64" -lmxact '-Wl,-rpath,$ORIGIN'
    hold "arm64 under qemu, program on vector128" -- qemu-aarch64 -L /usr/aarch64-linux-gnu "$to/arm64/serve" vector128
    done+=(arm64)
fi
echo "libmxact: ${done[*]} hold${skipped:+; not checked: ${skipped[*]}}"
