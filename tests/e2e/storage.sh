#!/usr/bin/env bash
# A sweep whose results go to a server that speaks S3 (moto's, on this machine): shares that are killed, two that race, and
# the bytes of a folder in the end.
#   tests/e2e/storage.sh [BINARY]
# Needs a program built with --features object-storage, curl, and what .ci/setup checks installs.
set -euo pipefail
cd "$(dirname "$0")/../.."
hedgelab=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hedgelab}")
server=$(realpath "${CARGO_TARGET_DIR:-target}/tools/s3")
work=$(mktemp -d)
cd "$work"
fail() {
    echo "FAILED: $1" >&2
    tail -n 20 ./*.txt >&2 || true
    exit 1
}
end() {
    kill "${daemon:-}" 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap end EXIT
export HOME=$work XDG_CONFIG_HOME=$work/config
export AWS_ACCESS_KEY_ID=tried AWS_SECRET_ACCESS_KEY=out AWS_REGION=us-east-1 AWS_ALLOW_HTTP=true
port=$((20000 + $$ % 20000))
export AWS_ENDPOINT_URL=http://127.0.0.1:$port
PYTHONPATH=$server PYTHONDONTWRITEBYTECODE=1 python3 -m moto.server -H 127.0.0.1 -p "$port" >server.txt 2>&1 &
daemon=$!
for _ in $(seq 300); do curl -sf "$AWS_ENDPOINT_URL/moto-api/" >/dev/null && break; sleep 0.1; done
curl -sf -X PUT "$AWS_ENDPOINT_URL/results" >/dev/null || fail "no bucket"

"$hedgelab" sweep example | sed 's/20000/2000/; s/4096/256/; s/first_iterations: 300, iterations: 100/first_iterations: 60, iterations: 30/' >grid.ron
"$hedgelab" sweep run grid.ron --out folder --progress none >/dev/null
"$hedgelab" sweep merge folder --csv folder.csv --parquet folder.parquet >/dev/null

out=s3://results/sweeps/grid
code=0
"$hedgelab" sweep status "$out" 2>none.txt || code=$?
{ [ "$code" = 2 ] && grep -q 'is no folder of a sweep' none.txt; } || fail "nothing there: exit code $code"

# Killed again and again, share by share.
kills=0
for round in $(seq 12); do
    "$hedgelab" sweep run grid.ron --out "$out" --shard "$((round % 2 + 1))/2" --threads 1 --progress none >>run.txt 2>&1 &
    share=$!
    sleep "0.$((round * 7 % 9 + 1))"
    kill -KILL "$share" 2>/dev/null && kills=$((kills + 1))
    wait "$share" 2>/dev/null || true
done
# Two at once on everything that is left.
"$hedgelab" sweep run grid.ron --out "$out" --threads 1 --progress none >first.txt 2>&1 &
first=$!
"$hedgelab" sweep run grid.ron --out "$out" --threads 1 --progress none >second.txt 2>&1 || fail "the second of two"
wait "$first" || fail "the first of two"
[ "$kills" -gt 3 ] || fail "killed only $kills times"

for table in merged again; do "$hedgelab" sweep merge "$out" --csv $table.csv --parquet $table.parquet >/dev/null; done
for form in csv parquet; do
    cmp "folder.$form" "merged.$form"
    cmp "folder.$form" "again.$form"
done
cmp <("$hedgelab" sweep show folder) <("$hedgelab" sweep show "$out")
"$hedgelab" sweep run grid.ron --out "$out" | grep -q '15 cells are there, 15 of them from before' || fail "a cell was made again"
"$hedgelab" sweep status "$out" --json | tee status.txt | grep -q '"there": *15' || fail "the status"
sed 's/seed: 7/seed: 8/' grid.ron >other.ron
"$hedgelab" sweep run other.ron --out "$out" 2>other.txt && fail "another sweep was taken"
grep -q 'another spec' other.txt || fail "another sweep"
echo "storage: the same bytes from S3 after $kills kills and two that raced, as from a folder"
