#!/usr/bin/env bash
# The real binary on a virtual screen: start, drag a slider with a real mouse, train, save a preset,
# close, start again, find it.   tests/e2e/window.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/../.."
hedgelab=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hedgelab}")
. tests/e2e/screen.sh
trap end_screen EXIT
fail() { echo "FAILED: $1"; cat "$home/log"; exit 1; }

start_screen 1280x800
config=$XDG_CONFIG_HOME/hedgelab
SETTLE=4 open_window

# At rest the window takes no time at all: hundredths of a second of processor over two seconds.
spent() { awk '{ print $14 + $15 }' "/proc/$app/stat"; }
idle=$(spent)
sleep 2
idle=$(($(spent) - idle))
[ "$idle" -le 2 ] || fail "the idle window took 0.0$idle s of processor in 2 s"

# What the window keeps tells what it shows: kept PATTERN waits for it.
kept() {
    for _ in $(seq 100); do grep -qE "$1" "$config/window.ron" 2>/dev/null && return; sleep 0.1; done
    fail "not kept: $1"
}

# The README's tour: step through the path, a path by its rank, a slider, the pin; and all of it back.
xdotool key Home
kept 'step: 0,'
xdotool key Right
sleep 0.3
xdotool key Right
kept 'step: 2,'
click 838 757
kept 'shown: Some\([0-9]+\)'
drag 176 326 182 326
kept 'edited: Some\('
click 1022 18
kept 'tint: rose'
xdotool key ctrl+z
kept 'pins: \[\]'
xdotool key ctrl+z
kept 'edited: None'

# The volatility slider stands below process, spot, drift and dividends.
drag 143 264 190 264
sleep 4
grep -q 'volatility' "$config/window.ron" || fail "the edit was not kept"

# Training starts with T and goes on until it is paused.
xdotool mousemove 640 20 key t
sleep 3
xdotool key t
sleep 1

# Save as.
xdotool key ctrl+shift+s
sleep 0.7
xdotool key ctrl+a
xdotool type --delay 20 'from a test'
xdotool key Return
sleep 1
[ -f "$config/presets/from a test.ron" ] || fail "the preset was not saved"
saved=$(grep -o 'volatility: [0-9.]*' "$config/presets/from a test.ron")
[ "$saved" != "volatility: 0.1898" ] || fail "the slider did not move"
close_window || fail "closing"
[ -f "$config/training.checkpoint" ] || fail "the training run was not kept"

open_window
grep -q 'from a test' "$config/window.ron" || fail "the preset did not come back"
close_window || fail "closing again"
echo "window: start, slider ($saved), training, save, close, start again: fine"
