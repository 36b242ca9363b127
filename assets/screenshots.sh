#!/usr/bin/env bash
# Makes the pictures of README.md and docs/ in assets/screenshots anew.   assets/screenshots.sh [BINARY]
# Needs a release build, and: xvfb xdotool imagemagick and software OpenGL.
set -euo pipefail
cd "$(dirname "$0")/.."
hedgelab=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/release/hedgelab}")
. tests/e2e/screen.sh
trap end_screen EXIT

# Few colours keep the files small; nothing is lost that one can see.
take() {
    picture "$home/full.png"
    convert "$home/full.png" -strip +dither -colors 200 -define png:compression-level=9 "assets/screenshots/$1.png"
}

# Figures that need no screen: plot NAME VIEW PRESET …
plot() {
    local name=$1
    shift
    "$hedgelab" plot "$@" --scale 2 --out "$home/full.png"
    convert "$home/full.png" -strip +dither -colors 200 -define png:compression-level=9 "assets/screenshots/$name.png"
}

start_screen 1280x800
plot export-distribution distribution paper-year
plot export-costs costs paper-year
SETTLE=4
open_window
take dark
xdotool key t
sleep 2
take training
xdotool key t
click 1195 18
sleep 1
take light
close_window

# The paper's figures, each with the view that shows it large: figure NUMBER KEY-OF-THE-VIEW.
figure() {
    rm -rf "$XDG_CONFIG_HOME/hedgelab"
    open_window "figure-$1"
    click 1195 18
    xdotool key "alt+$2" mousemove 640 20
    sleep 2
}
figure 1 5
take figure-1
close_window
figure 2 5
take figure-2
close_window
figure 3 1
take figure-3
close_window
figure 4 1
take figure-4
close_window
figure 5 1
take figure-5
close_window

# Where the money went, and what liquidity is worth: tabs behind the distribution, made large.
money() {
    rm -rf "$XDG_CONFIG_HOME/hedgelab"
    open_window paper-year
    click "$1" 460
    click 868 460
    xdotool mousemove 640 790
    sleep 12
}
money 482
take money
close_window
money 631
take price
close_window

# Why a trade is made, large; and a learned hedge that is made for a slider's place.
rm -rf "$XDG_CONFIG_HOME/hedgelab"
open_window paper-year
click 985 444
click 1260 444
xdotool mousemove 640 790
sleep 6
take why
close_window
rm -rf "$XDG_CONFIG_HOME/hedgelab"
open_window paper-year
drag 141 264 155 264
xdotool mousemove 640 790
sleep 2
take at-once
click 755 19
sleep 1
take how-far
xdotool key Escape
sleep 1
close_window

# The policy over price and impact, large.
rm -rf "$XDG_CONFIG_HOME/hedgelab"
open_window paper-year
xdotool key alt+0
sleep 1
xdotool mousemove 640 790
sleep 4
take explorer
close_window

# A sweep, large, against delta, with a cell on screen.
rm -rf "$XDG_CONFIG_HOME/hedgelab"
SWEPT=$(mktemp -d)
"$hedgelab" sweep example > "$SWEPT/example.ron"
"$hedgelab" sweep run "$SWEPT/example.ron" --out "$SWEPT/example" --progress none > /dev/null
open_window "$SWEPT/example"
sleep 2
click 1260 445
sleep 2
click 601 135
sleep 1
click 592 194
sleep 1
click 700 500
sleep 3
xdotool mousemove 930 420
sleep 1
take sweep
close_window
rm -rf "$SWEPT"

# A lesson: a question, what one drew beside what is true, and the same before a class.
rm -rf "$XDG_CONFIG_HOME/hedgelab"
open_window --lesson delta-pays-too-much
drag 430 600 800 500
drag 800 500 1240 160
sleep 1
take lesson-question
click 41 350
sleep 2
take lesson-told
xdotool key F5
sleep 2
take class
close_window

# A path of the last day, hedged by hand to its end.
rm -rf "$XDG_CONFIG_HOME/hedgelab"
open_window
click 1195 18
click 1084 18
sleep 1
click 860 553
sleep 2
xdotool key --delay 60 Prior Prior Prior Prior Prior Return
sleep 1
take hand
xdotool key --delay 120 Next Return Next Return Prior Return Prior Return Return Return Return
sleep 4
take hand-end
close_window
ls -l assets/screenshots
