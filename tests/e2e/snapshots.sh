#!/usr/bin/env bash
# Pictures of the whole window, as the real binary draws it, against those in tests/e2e/snapshots.
#   tests/e2e/snapshots.sh [BINARY]            compares; a picture that differs is kept, with the differences marked
#   BLESS=1 tests/e2e/snapshots.sh [BINARY]    takes the pictures anew
set -euo pipefail
cd "$(dirname "$0")/../.."
hedgelab=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hedgelab}")
. tests/e2e/screen.sh
trap end_screen EXIT
kept=tests/e2e/snapshots
failed=target/snapshots
# Colours may differ by 5%, and one pixel in 500 by more: other machines round otherwise.
fuzz=5% share=500

# The status bar tells times, which are never the same.
take() {
    picture "$home/full.png"
    convert "$home/full.png" -fill gray -draw "rectangle 0,$((height - 24)),$width,$height" \
        -strip +dither -colors 255 -define png:compression-level=9 "$home/now.png"
}

# differing OTHER.png: the number of pixels that differ.
differing() {
    compare -metric AE -fuzz "$fuzz" "$home/now.png" "$1" null: 2>&1 | sed 's/[^0-9.e+].*//' || true
}

# check NAME: a slow machine has some seconds to get there.
check() {
    local allowed=$((width * height / share)) differ=all
    if [ -n "${BLESS:-}" ]; then
        take && mkdir -p "$kept" && cp "$home/now.png" "$kept/$1.png"
        return
    fi
    for _ in $(seq 12); do
        take
        differ=$(differing "$kept/$1.png")
        if awk -v d="$differ" -v a="$allowed" 'BEGIN { exit !(d != "" && d + 0 <= a) }'; then
            echo "snapshot $1: $differ of $allowed pixels differ"
            return
        fi
        sleep 1
    done
    mkdir -p "$failed"
    cp "$home/now.png" "$failed/$1.png"
    compare -fuzz "$fuzz" "$home/now.png" "$kept/$1.png" "$failed/$1-differences.png" || true
    echo "FAILED: snapshot $1: $differ pixels differ, $allowed may; see $failed/$1.png"
    return 1
}

for size in 1280x800 1920x1080; do
    start_screen "$size"
    SETTLE=3 open_window
    xdotool mousemove 640 20
    check "dark-$size"
    click $((width - 85)) 18
    xdotool mousemove 640 20
    sleep 1
    check "light-$size"
    close_window
    end_screen
done
