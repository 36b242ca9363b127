#!/usr/bin/env bash
# A sweep handed over to real engines: a Slurm of its own, without system services, and GNU parallel.
# Of an array of eight, one task is killed, one stopped and one requeued: the same bytes as of one undisturbed run.
#   tests/e2e/engines.sh [BINARY]
# Needs: slurm-wlm parallel.
set -euo pipefail
cd "$(dirname "$0")/../.."
hedgelab=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hedgelab}")
# A blank and a percent sign, for paths are quoted for three kinds of readers.
work=$(mktemp -d)/"a sweep 5%" job=
mkdir "$work"
cd "$work"
export HOME=$work XDG_CONFIG_HOME=$work/config SLURM_CONF=${work%/*}/slurm.conf

fail() {
    echo "FAILED: $1" >&2
    tail -n 20 "${work%/*}"/*.log "$work"/*/log/*.txt >&2 || true
    exit 1
}

end() {
    [ -z "$job" ] || scancel "$job" 2>/dev/null || true
    for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
    wait
    rm -rf "${work%/*}"
}
daemons=()
trap end EXIT

# Slurm on this machine alone, as whoever runs this. A task that is requeued waits as long as credentials live.
port=$((20000 + $$ % 20000))
mkdir "${work%/*}/state" "${work%/*}/spool"
cat >"$SLURM_CONF" <<END
ClusterName=hedgelab
SlurmctldHost=localhost
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/none
AuthInfo=cred_expire=5
CredType=cred/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
StateSaveLocation=${work%/*}/state
SlurmdSpoolDir=${work%/*}/spool
SlurmctldPidFile=${work%/*}/slurmctld.pid
SlurmdPidFile=${work%/*}/slurmd.pid
SlurmctldLogFile=${work%/*}/slurmctld.log
SlurmdLogFile=${work%/*}/slurmd.log
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
KillWait=5
NodeName=localhost CPUs=4 RealMemory=32768
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
slurmctld -D >"${work%/*}/slurmctld.out.log" 2>&1 &
daemons+=($!)
slurmd -D >"${work%/*}/slurmd.out.log" 2>&1 &
daemons+=($!)
for _ in $(seq 300); do [ "$(sinfo -h -o %T 2>/dev/null)" = idle ] && break; sleep 0.1; done
[ "$(sinfo -h -o %T)" = idle ] || fail "Slurm does not start"

cat >grid.ron <<'END'
(
    version: 1, title: "Eight chains", preset: "paper-year",
    changes: {"training.validation_paths": "256", "training.hidden": "16", "training.batch": "256"},
    axes: [
        (name: "impact", fields: [
            (field: "order_book.ask_exponent", values: linear(from: 1.005, to: 1.02, count: 8)),
            (field: "order_book.bid_exponent", values: linear(from: 0.995, to: 0.98, count: 8)),
        ]),
        (name: "refilling", fields: [(field: "order_book.ask_decay", values: list([0, 4])),
            (field: "order_book.bid_decay", values: same)]),
    ],
    strategies: [delta, learned], start: neighbours(along: "refilling"),
    training: (first_iterations: 1500, iterations: 1500), measures: [mean, rsmse, turnover], paths: 4096, seed: 7,
)
END
"$hedgelab" sweep run grid.ron --out undisturbed --progress none >/dev/null
"$hedgelab" sweep merge undisturbed --csv undisturbed.csv --parquet undisturbed.parquet >/dev/null

# The number of the job that was submitted.
submitted() { "$hedgelab" sweep submit grid.ron --out "$1" --slurm --shards 8 --limit 10 --submit | grep -oE '[0-9]+$'; }

# The program of a task, or the shell that started it: its process, once it is there.
process() {
    local pid of
    for _ in $(seq 600); do
        for pid in $(pgrep -x "$2"); do
            of=$(tr '\0' '\n' 2>/dev/null <"/proc/$pid/environ") || continue
            if grep -qxF "SLURM_CONF=$SLURM_CONF" <<<"$of" && grep -qx "SLURM_ARRAY_TASK_ID=$1" <<<"$of"; then
                echo "$pid"
                return
            fi
        done
        sleep 0.05
    done
    fail "task $1 never runs"
}

ended() {
    for _ in $(seq 1200); do [ -z "$(squeue -h -j "$1" 2>/dev/null)" ] && return; sleep 0.1; done
    squeue
    fail "job $1 never ends"
}

job=$(submitted shared)
kill -KILL "$(process 2 hedgelab)"
kill -TERM "$(process 3 slurm_script)"
process 5 hedgelab >/dev/null
scontrol requeue "${job}_5"
ended "$job"
# Each beginning says which share it is.
again=$(grep -c 'as the environment says' shared/log/slurm-*.txt | sed -n 's/.*_\([0-9]\).txt:2$/\1/p' | sort | tr '\n' ' ')
[ "$again" = "2 3 5 " ] || fail "begun again were the tasks $again instead of 2 3 5"
"$hedgelab" sweep merge shared --csv shared.csv --parquet shared.parquet >/dev/null
cmp undisturbed.csv shared.csv
cmp undisturbed.parquet shared.parquet

# What somebody cancels stays cancelled.
job=$(submitted cancelled)
process 1 hedgelab >/dev/null
scancel "$job"
ended "$job"
code=0
"$hedgelab" sweep merge cancelled --csv cancelled.csv 2>/dev/null || code=$?
[ "$code" = 75 ] || fail "a cancelled sweep went on"

# GNU parallel: the same once more, and again without a cell to compute.
for _ in 1 2; do "$hedgelab" sweep submit grid.ron --out here --local --shards 8 --limit 10 --submit; done
"$hedgelab" sweep merge here --csv here.csv >/dev/null
cmp undisturbed.csv here.csv
[ "$(wc -l <here/log/parallel.tsv)" = 9 ] || fail "the log of parallel: $(cat here/log/parallel.tsv)"
echo "engines: the same bytes from Slurm, with three of eight tasks begun again, and from GNU parallel"
