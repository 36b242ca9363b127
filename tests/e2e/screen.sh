# Sourced: a virtual screen with a fresh home for the release binary.
#   start_screen WIDTHxHEIGHT; open_window [ARG ...]; picture OUT.png; close_window; end_screen
# Needs: xvfb xdotool imagemagick and software OpenGL.

start_screen() {
    home=$(mktemp -d)
    export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data LIBGL_ALWAYS_SOFTWARE=1
    unset WAYLAND_DISPLAY
    exec 7>"$home/display"
    # Else it begins anew whenever its last client has left, and refuses who comes just then.
    Xvfb -displayfd 7 -screen 0 "${1}x24" -nolisten tcp -noreset >/dev/null 2>&1 &
    screen=$!
    for _ in $(seq 300); do [ -s "$home/display" ] && break; sleep 0.1; done
    DISPLAY=":$(cat "$home/display")"
    export DISPLAY
    for _ in $(seq 300); do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done
    width=${1%x*} height=${1#*x}
}

open_window() {
    "$hedgelab" "$@" >"$home/log" 2>&1 &
    app=$!
    for _ in $(seq 100); do
        window=$(xdotool search --onlyvisible --name '^Hedgelab$' 2>/dev/null | head -n 1) || true
        [ -n "$window" ] && break
        kill -0 "$app" 2>/dev/null || { cat "$home/log"; return 1; }
        sleep 0.1
    done
    [ -n "$window" ] || { echo "no window came up"; return 1; }
    xdotool windowmove "$window" 0 0 windowsize "$window" "$width" "$height" windowfocus "$window" 2>/dev/null || true
    sleep "${SETTLE:-1.5}"
}

picture() {
    import -window root "$1"
}

# Ends the window as a person does who closes it.
close_window() {
    xdotool key ctrl+q
    for _ in $(seq 50); do kill -0 "$app" 2>/dev/null || return 0; sleep 0.1; done
    echo "the window did not close"
    kill "$app"
    return 1
}

end_screen() {
    kill "${app:-}" "${screen:-}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "${home:?}"
}

# drag X1 Y1 X2 Y2: small steps, as a hand does.
drag() {
    xdotool mousemove "$1" "$2"; sleep 0.15
    xdotool mousedown 1; sleep 0.1
    for i in $(seq 8); do
        xdotool mousemove $(($1 + ($3 - $1) * i / 8)) $(($2 + ($4 - $2) * i / 8)); sleep 0.04
    done
    xdotool mouseup 1; sleep 0.3
}

click() {
    xdotool mousemove "$1" "$2"; sleep 0.15
    xdotool click 1; sleep 0.4
}
