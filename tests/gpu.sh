#!/bin/sh
# Checks the CUDA backend on a machine with an NVIDIA GPU and a driver, without .NET installed there:
#   dotnet publish Conformance/Cli -c Release -p:PublishProfile=linux-x64    # here: artifacts/mxact-linux-x64, about 50 MiB
#   sh gpu.sh ./mxact results                                           # there, with that folder's mxact
# Writes into the results folder: the device, the verdict on the deep vectors, and the log of the exhaustive sweep, from which a second
# call goes on. Exits with 0 only when every answer and every one of the 2^32 inputs of each encoder agrees.
set -u
mxact=${1:?the path of mxact} results=${2:?the folder for results}
mkdir -p "$results" || exit 2
{ date -u +%Y-%m-%d; nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv; } >"$results/device.txt" 2>&1

status=0
for level in standard deep; do
    "$mxact" run builtin:ilgpu-cuda --level "$level" --json "$results/run-$level.json" >"$results/run-$level.txt" 2>&1 || status=1
    tail -n 1 "$results/run-$level.txt"
done
"$mxact" sweep --backend ilgpu-cuda --log "$results/sweep.csv" >"$results/sweep.txt" 2>&1 || status=1
tail -n 1 "$results/sweep.txt"
exit $status
