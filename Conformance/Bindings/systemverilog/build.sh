#!/usr/bin/env bash
# Builds the shim into a folder that holds libmxact.so and mxact.h: libmxact_dpi.a, to link into a simulation. usage: build.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
to=$(cd "${1:?usage: build.sh FOLDER}" && pwd)
[ -e "$to/mxact.h" ] || { echo "build.sh: $to holds no mxact.h; Conformance/Bindings/c/build.sh makes one there" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# svdpi.h is the standard's; Verilator brings one, other simulators their own (SVDPI=folder).
svdpi=${SVDPI:-$(verilator --getenv VERILATOR_ROOT)/include/vltstd}
for source in "$here"/*.c; do
    gcc -std=c11 -Wall -Wextra -Werror -O1 -fPIC -I"$to" -I"$svdpi" -c "$source" -o "$work/$(basename "$source" .c).o"
done
rm -f "$to/libmxact_dpi.a"
ar rcs "$to/libmxact_dpi.a" "$work"/*.o
