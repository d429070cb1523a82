#!/usr/bin/env bash
# Builds libmxact into a folder: for every x86-64, and beside it for those with AVX2 and with AVX-512, where the dynamic loader finds the
# best by itself (glibc-hwcaps). usage: build.sh FOLDER [BUILD...], a BUILD being x86-64, x86-64-v3, x86-64-v4 or arm64; all of x86-64
# unless said.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
to=$(mkdir -p "${1:?usage: build.sh FOLDER [BUILD...]}" && cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- x86-64 x86-64-v3 x86-64-v4
for build in "$@"; do
    options=() place=$to rid=linux-x64
    case $build in
        x86-64) ;;
        x86-64-v3 | x86-64-v4) options=(-p:IlcInstructionSet="$build") place=$to/glibc-hwcaps/$build ;;
        arm64) options=(-p:LinkerFlavor=lld -p:ObjCopyName=aarch64-linux-gnu-objcopy) place=$to/arm64 rid=linux-arm64 ;;
        *) echo "build.sh: '$build' is no build" >&2; exit 2 ;;
    esac
    work=$to/.work/$build
    dotnet publish "$here/Mxact.Native.csproj" -c Release -r "$rid" -p:RestoreLockedMode=false \
        -p:NuGetLockFilePath=obj/native.lock.json "${options[@]}" -o "$work" --nologo -v quiet
    mkdir -p "$place"
    cp "$work/Mxact.Native.so" "$place/libmxact.so.tmp"
    mv "$place/libmxact.so.tmp" "$place/libmxact.so"
    # The object file is kept between builds of one processor alone.
    rm -rf "$here/bin/Release/net10.0/$rid/native" "$here/obj/Release/net10.0/$rid/native"
done
cp "$here/mxact.h" "$to/"
rm -rf "$to/.work"
