# Run by bare-root.sh inside the bare system, as its root.
# shellcheck shell=bash
set -euo pipefail
fail() { echo "FAILED: $1" >&2; exit 1; }
ok() { echo "bare root: $1"; }
install() { apt-get install -y -qq --no-install-recommends "$@" >/var/tmp/apt.log 2>&1 || { tail -n 20 /var/tmp/apt.log; exit 1; }; }

# Every file that is not the system's own record of what it did.
files() {
  find / -xdev \( -path /proc -o -path /dev -o -path /sys -o -path /tmp -o -path /from -o -path /seen -o -path /run \
    -o -path /var/log -o -path /var/cache -o -path /var/tmp -o -path /var/lib/apt -o -path /var/lib/dpkg -o -path /etc/ld.so.cache \) \
    -prune -o -print | sort
}

# The package with nothing but what it asks for.
apt-get update -qq
install /from/hedgelab.deb
hedgelab --version
hedgelab evaluate paper-year --paths 20000 | grep -q RSMSE || fail "the command line does not run"
hedgelab doctor >/seen/doctor.txt
ok "the package with its dependencies alone: command line runs"
apt-get purge -y -qq hedgelab >/dev/null

# What a desktop has.
install xvfb xdotool x11-utils imagemagick libgl1-mesa-dri xdg-utils shared-mime-info desktop-file-utils \
  hicolor-icon-theme man-db bash-completion libglib2.0-bin matchbox-window-manager dbus-x11
files >/var/tmp/before
install /from/hedgelab.deb
[ "$(cd /usr/bin && ls hedgelab)" = hedgelab ] || fail "no program"
desktop-file-validate /usr/share/applications/hedgelab.desktop
ok "the desktop entry is valid"
for page in hedgelab hedgelab-evaluate hedgelab-presets-save; do
  man "$page" | col -b >"/seen/$page.txt" || fail "no page: man $page"
  [ "$(wc -l <"/seen/$page.txt")" -gt 15 ] || fail "the page of $page is empty"
done
ok "man hedgelab: $(wc -l </seen/hedgelab.txt) lines"

# What bash offers after two presses of Tab.
completed=$(bash -c '
  . /usr/share/bash-completion/bash_completion
  _completion_loader hedgelab || true
  COMP_WORDS=(hedgelab ev) COMP_CWORD=1
  _hedgelab hedgelab ev hedgelab
  echo "${COMPREPLY[*]}"')
[ "$completed" = evaluate ] || fail "bash completes hedgelab ev to: $completed"
ok "hedgelab ev<Tab> is hedgelab evaluate"

# A user of the desktop.
useradd -m user
cat >/var/tmp/desktop.sh <<'END'
set -euo pipefail
cd
# xdg-open and xdg-mime ask gio, as in a session of GNOME.
export LIBGL_ALWAYS_SOFTWARE=1 DISPLAY=:7 XDG_CURRENT_DESKTOP=GNOME
Xvfb :7 -screen 0 1280x800x24 -nolisten tcp >/dev/null 2>&1 &
for _ in $(seq 100); do xdotool getdisplaygeometry >/dev/null 2>&1 && break; sleep 0.1; done
matchbox-window-manager -use_titlebar yes >/dev/null 2>&1 &
hedgelab presets save "./steep book.ron" thin-book --set order_book.ask_exponent=1.04 >/dev/null
kind=$(xdg-mime query filetype "./steep book.ron")
[ "$kind" = application/vnd.hedgelab.preset+ron ] || { echo "a preset is taken for $kind"; exit 1; }
[ "$(xdg-mime query default "$kind")" = hedgelab.desktop ] || { echo "nothing opens a preset"; exit 1; }
opened() {
  for _ in $(seq 150); do
    window=$(xdotool search --onlyvisible --name '^Hedgelab' 2>/dev/null | head -n 1) || true
    [ -n "$window" ] && return
    sleep 0.1
  done
  echo "no window came up"; exit 1
}
closed() {
  xdotool windowfocus "$window" 2>/dev/null || true
  xdotool key ctrl+q
  for _ in $(seq 100); do xdotool search --onlyvisible --name '^Hedgelab' >/dev/null 2>&1 || return 0; sleep 0.1; done
  echo "the window did not close"; exit 1
}
# As a file manager does: by association.
gio open "./steep book.ron" &
opened
sleep 4
import -window root /seen/opened-by-association.png
class=$(xprop -id "$window" WM_CLASS)
case $class in *'"hedgelab"'*) ;; *) echo "the window's class is $class"; exit 1 ;; esac
xprop -id "$window" _NET_WM_ICON >icon.txt
grep -q 'Icon (128 x 128)' icon.txt || { echo "the window has no icon"; exit 1; }
xprop -id "$window" WM_CLASS WM_NAME _NET_WM_PID >/seen/window.txt
tr '\0' ' ' <"/proc/$(xdotool getwindowpid "$window")/cmdline" | tee -a /seen/window.txt | grep -q 'steep book.ron'
closed
# The same by xdg-open, as browsers and mail programs do.
xdg-open "./steep book.ron" &
opened
closed
# From the menu: the entry alone.
gio launch /usr/share/applications/hedgelab.desktop &
opened
sleep 3
import -window root /seen/started-from-menu.png
closed
END
su user -c 'dbus-run-session bash /var/tmp/desktop.sh' || fail "on the desktop"
ok "a window with icon and class; a preset opened by gio, by xdg-open; started from the menu"

# Gone without a trace, but for what the user made.
apt-get purge -y -qq hedgelab >/dev/null
userdel -rf user 2>/dev/null || true
files >/var/tmp/after
grep -v '^/home' /var/tmp/before >/var/tmp/b; grep -v '^/home' /var/tmp/after >/var/tmp/a
comm -13 /var/tmp/b /var/tmp/a | sed "/^\/etc\/.*-$/d" >/seen/left-behind.txt
grep -i hedgelab /seen/left-behind.txt && fail "left behind"
! find / -xdev -path /from -prune -o -path /seen -prune -o -path /proc -prune -o -iname '*hedgelab*' -print | grep -v '^/var/\(cache\|log\|lib/apt\)' | grep . || fail "left behind"
grep -q hedgelab /usr/share/mime/globs /usr/share/applications/mimeinfo.cache 2>/dev/null && fail "still in the desktop's lists"
ok "purged; $(wc -l </seen/left-behind.txt) files of other packages are new"

# The tarball, into a home.
useradd -m user
su user -c 'set -eu
  cd; find . | sort >/var/tmp/home
  cd /tmp; tar xzf /from/hedgelab.tar.gz
  ./hedgelab-*/hedgelab evaluate paper-year --paths 20000 | grep -q RSMSE
  ./hedgelab-*/install >/dev/null
  grep -q "^Exec=$HOME/.local/bin/hedgelab %f" ~/.local/share/applications/hedgelab.desktop
  hedgelab=~/.local/bin/hedgelab; "$hedgelab" --version
  cd; "$hedgelab" presets save ./p.ron thin-book >/dev/null
  [ "$(xdg-mime query default "$(gio info -a standard::content-type p.ron | sed -n "s/.*content-type: //p")")" = hedgelab.desktop ]
  MANPATH=~/.local/share/man man hedgelab >/dev/null
  rm p.ron; /tmp/hedgelab-*/install --remove >/dev/null
  find . | sort | diff /var/tmp/home - ' || fail "the tarball"
ok "the tarball: runs from its folder, installs into a home, is removed without a trace"
