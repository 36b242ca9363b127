#!/usr/bin/env bash
# Makes what the manual's chapter on impact and memory is made of: the sweep, its table with every figure the mean of three
# trainings, the chapter's figure, and the tables in the chapter. What is there of the sweep is not computed again, so
# that it can be stopped. Words in the chapter are not touched; its test says which no longer hold.
# assets/impact-and-memory.sh [FOLDER, where the sweep goes on]
set -euo pipefail
cd "$(dirname "$0")/.."
folder=${1:-target/impact-and-memory}
cargo build --release --locked
hedgelab=${CARGO_TARGET_DIR:-target}/release/hedgelab
"$hedgelab" sweep run assets/sweeps/impact-and-memory.ron --out "$folder"
"$hedgelab" sweep merge "$folder" --over training --csv assets/sweeps/impact-and-memory.csv
"$hedgelab" plot sweep "$folder" --measure rsmse --against delta --down impact --across refilling --at drift=0 --at training=1 \
  --out assets/screenshots/impact-and-memory.svg
BLESS=1 cargo test --release --locked --test commands impact_and_memory
