#!/bin/sh
# Holds what mxact convert writes to readers of others; see README.md. $1: an mxact command, built here where none is given.
set -u
here=$(cd "$(dirname "$0")" && pwd) root=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
if [ $# -gt 0 ]; then
    mxact=$1
else
    dotnet build -c Release "$root/Conformance/Cli" >"$work/build.log" 2>&1 || { tail -n 5 "$work/build.log"; exit 1; }
    mxact="dotnet $root/Conformance/Cli/bin/Release/net10.0/mxact.dll"
fi

for program in node npm python3; do
    command -v $program >/dev/null || { echo "NOT CHECKED: readers of others; there is no $program"; exit 77; }
done
python3 "$here/make.py" "$work/plain.safetensors" || exit 1
for layout in mxact gpt-oss compressed-tensors-mxfp4 quark-mxfp4 mlx-mxfp4 gguf-mxfp4; do
    case $layout in gguf-*) end=gguf ;; *) end=safetensors ;; esac
    $mxact convert "$work/plain.safetensors" "$work/$layout.$end" --format mxfp4 --to-layout $layout >/dev/null || exit 1
done
for layout in mxfp8-bytes mlx-mxfp8; do
    $mxact convert "$work/plain.safetensors" "$work/$layout.safetensors" --format mxfp8-e4m3 --to-layout $layout >/dev/null || exit 1
done
for layout in modelopt-nvfp4 compressed-tensors-nvfp4 nvfp4-plain mlx-nvfp4 gguf-nvfp4; do
    case $layout in gguf-*) end=gguf ;; *) end=safetensors ;; esac
    $mxact convert "$work/plain.safetensors" "$work/$layout.$end" --format nvfp4 --to-layout $layout >/dev/null || exit 1
done
mkdir "$work/folder" && cp "$work/plain.safetensors" "$work/folder/a.safetensors"
python3 "$here/make.py" "$work/folder/b.safetensors" other. || exit 1
$mxact convert "$work/folder" "$work/sharded" --format mxfp4 >/dev/null || exit 1

cp "$here/check.mjs" "$work"
status=0 missing=0
if (cd "$work" && npm install --no-audit --no-fund @huggingface/gguf@0.4.6 @huggingface/hub@2.17.5 >npm.log 2>&1); then
    (cd "$work" && node check.mjs) || status=1
else
    echo "NOT CHECKED: @huggingface/hub and @huggingface/gguf cannot be fetched" && missing=1
fi
if (cd "$work" && npm pack @node-llama-cpp/linux-x64@3.22.1 >npm.log 2>&1 && tar xzf node-llama-cpp-linux-x64-3.22.1.tgz); then
    for format in mxfp4 nvfp4; do
        $mxact convert "$work/gguf-$format.gguf" "$work/values-$format.safetensors" >/dev/null || exit 1
        python3 "$here/ggml.py" "$(find "$work/package" -name libggml-base.so)" $format "$work/gguf-$format.gguf" \
            "$work/values-$format.safetensors" || status=1
    done
else
    echo "NOT CHECKED: ggml; @node-llama-cpp/linux-x64 cannot be fetched" && missing=1
fi
python=
for candidate in python3 /usr/bin/python3; do
    $candidate -c 'import numpy' 2>/dev/null && python=$candidate && break
done
if [ -n "$python" ]; then
    $python "$here/arrays.py" "$work" "$mxact" || status=1
else
    echo "NOT CHECKED: NumPy; no python3 here has it" && missing=1
fi
[ $status -ne 0 ] && exit 1
[ $missing -ne 0 ] && exit 77
exit 0
