#!/bin/sh
# Runs the whole study and writes its pages: sh run.sh FOLDER. About 45 minutes on two cores; what is over is left alone, so it may be
# stopped and started again. Results are copied beside this file by hand, when they are to be kept.
set -eu
out=${1:?the folder for runs}
mkdir -p "$out"
out=$(cd "$out" && pwd)
cd "$(dirname "$0")"
train=${MXACT_TRAIN:-dotnet ../../Cli/bin/Release/net10.0/mxact-train.dll}
for plan in scale-rules what-is-quantised accumulation high-learning-rates rescaled-teacher thresholds null; do
    $train sweep "plans/$plan.json" --out "$out/$plan"
    $train report "$out/$plan"
done
for seed in 0 1 2 3 4; do
    run=$out/interventions/seed-$seed
    if [ -e "$run/run.json" ]; then
        $train run --out "$run" --resume
    else
        $train run --out "$run" --steps 400 --lr 2e-3 --quantize-ln-affine --seed $seed --zeta-every 10 --keep 200,400
    fi
    $train intervene "$run" --at 200,400 --steps 40 --into \
        same= round-up=scale-rule:round-up even=scale-rule:even ln-affine-off=quantize-ln-affine:off forward-only=forward-only:on \
        activations-bf16=activations:bf16 e5m2=forward:mxfp8-e5m2 binary32=forward:fp32
done
