#!/bin/sh
# Runs a sweep through a real one-node Slurm: munged, slurmctld and slurmd started here, no systemd. As root on Debian:
#   apt-get install -y slurm-wlm
#   dotnet build -c Release && sh tests/slurm.sh
# Submits a plan of six runs as a job array, kills one task in the middle, requeues it, submits the whole array a second time, and
# compares every run's final bits with the same sweep done without Slurm.
set -eu
cd "$(dirname "$0")/.."
train="dotnet $PWD/Training/Cli/bin/Release/net10.0/mxact-train.dll"
work=$(mktemp -d)
host=$(hostname -s)
spool=$work/slurm
mkdir -p "$spool/state" "$spool/d"
cat >"$work/plan.json" <<PLAN
{ "control": "binary32",
  "common": { "depth": 2, "width": 64, "batch": 128, "steps": 600, "checkpoint-every": 20 },
  "arms": { "binary32": { "forward": "fp32" }, "floor": {}, "round-up": { "scale-rule": "round-up" } },
  "grid": { "seed": [0, 1] } }
PLAN
cat >"$work/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host
AuthType=auth/munge
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SlurmUser=root
SlurmctldPidFile=$spool/ctld.pid
SlurmdPidFile=$spool/d.pid
SlurmctldLogFile=$spool/ctld.log
SlurmdLogFile=$spool/d.log
StateSaveLocation=$spool/state
SlurmdSpoolDir=$spool/d
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
NodeName=$host CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$work/slurm.conf
own_munged=no
stop() { kill $(cat "$spool"/*.pid 2>/dev/null) 2>/dev/null || true; [ $own_munged = no ] || pkill -x munged || true; }
trap stop EXIT

# munged wants its own user and a key.
key=/etc/munge/munge.key
[ -f $key ] || { dd if=/dev/urandom of=$key bs=1024 count=1 2>/dev/null; chown munge: $key; chmod 400 $key; }
mkdir -p /run/munge && chown munge: /run/munge
pgrep -x munged >/dev/null || { runuser -u munge -- munged; own_munged=yes; }
slurmctld
slurmd
for i in $(seq 30); do sinfo -h -o %T 2>/dev/null | grep -q idle && break; sleep 1; done
sinfo

submitted=$($train sweep "$work/plan.json" --slurm --out "$work/cluster")
echo "$submitted"
job=${submitted##* }
# One task is killed once it has a checkpoint, and requeued: it must go on, not begin again.
for i in $(seq 240); do [ -e "$work/cluster/binary32/seed=0/checkpoint.bin" ] && break; sleep 0.1; done
scontrol requeue "${job}_0"
for i in $(seq 300); do squeue -h | grep -q . || break; sleep 1; done
$train sweep "$work/cluster" --status
$train sweep "$work/plan.json" --slurm --out "$work/cluster"
for i in $(seq 300); do squeue -h | grep -q . || break; sleep 1; done
$train sweep "$work/cluster" --status | grep "6 runs: 6 done"

$train sweep "$work/plan.json" --out "$work/local" >/dev/null
(cd "$work/local" && find . -name checkpoint.bin | sort | while read -r f; do cmp "$f" "$work/cluster/$f"; done)
$train report "$work/cluster"
echo "equal: the cluster's six runs have the bits of the local ones"
