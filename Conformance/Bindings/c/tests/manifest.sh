#!/usr/bin/env bash
# The manifest of kernel.c. usage: manifest.sh LIBRARY > kernel.json
set -euo pipefail
lines=()
for f in e4m3 e5m2 e3m2 e2m3 e2m1 int8 e4m3fnuz e5m2fnuz ue4m3 ue5m3 e8m0; do
    lines+=("{ \"symbol\": \"encode_$f\", \"operation\": \"encode\", \"format\": \"$f\", \"signature\": \"void f(const f32*, u8*, i64)\" }")
    lines+=("{ \"symbol\": \"decode_$f\", \"operation\": \"decode\", \"format\": \"$f\", \"signature\": \"void f(const u8*, f32*, i64)\" }")
done
for f in mxfp8-e4m3 mxfp8-e5m2 mxfp6-e3m2 mxfp6-e2m3 mxfp4 mxint8 nvfp4; do
    s=${f//-/_}
    lines+=("{ \"symbol\": \"quantize_$s\", \"operation\": \"quantize\", \"format\": \"$f\",
      \"signature\": \"void f(const f32*, u8* scales, u8* codes, i64)\" }")
    lines+=("{ \"symbol\": \"dequantize_$s\", \"operation\": \"dequantize\", \"format\": \"$f\",
      \"signature\": \"void f(const u8* scales, const u8* codes, f32*, i64)\" }")
done
printf '{ "name": "libmxact", "library": "%s", "functions": [\n' "$1"
(IFS=,; printf '%s' "${lines[*]}")
printf '\n] }\n'
