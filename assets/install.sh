#!/bin/sh
# Puts Hedgelab where the desktop and the shell find it, or takes it away again:
#   ./install             program, desktop entry, icons, file type, manual pages, completions, manual
#   ./install --remove    all of it away, with the folders that are then empty; settings and presets stay
# PREFIX says where: ~/.local if not set. It needs nothing but a POSIX shell.
set -eu
cd "$(dirname "$0")"
prefix=${PREFIX:-$HOME/.local}
share=$prefix/share

# FROM TO MODE of everything that is put somewhere.
list() {
  echo "hedgelab $prefix/bin/hedgelab 755"
  echo "desktop/hedgelab.desktop $share/applications/hedgelab.desktop 644"
  echo "desktop/hedgelab.xml $share/mime/packages/hedgelab.xml 644"
  echo "desktop/hedgelab.svg $share/icons/hicolor/scalable/apps/hedgelab.svg 644"
  for size in 16 24 32 48 64 128 256; do
    echo "desktop/hedgelab-$size.png $share/icons/hicolor/${size}x$size/apps/hedgelab.png 644"
  done
  for page in man/*.1; do
    echo "$page $share/man/man1/${page#man/} 644"
  done
  for text in README.md NOTICES docs/*.md assets/screenshots/*.png assets/screenshots/*.svg; do
    echo "$text $share/doc/hedgelab/$text 644"
  done
  echo "hedgelab.bash $share/bash-completion/completions/hedgelab 644"
  echo "_hedgelab $share/zsh/site-functions/_hedgelab 644"
  echo "hedgelab.fish $share/fish/vendor_completions.d/hedgelab.fish 644"
}

# What desktops remember of these files is made anew, where there is something that does.
refresh() {
  if [ -d "$share/mime/packages" ] && command -v update-mime-database >/dev/null; then
    update-mime-database "$share/mime"
  fi
  if [ -d "$share/applications" ] && command -v update-desktop-database >/dev/null; then
    update-desktop-database "$share/applications"
  fi
}

case ${1:-} in
"")
  list | while read -r from to mode; do
    mkdir -p "${to%/*}"
    # The new file takes the old one's place in one step, even while the old program runs.
    cp "$from" "$to.new"
    if [ "$from" = desktop/hedgelab.desktop ]; then
      sed "s|^Exec=hedgelab|Exec=$prefix/bin/hedgelab|" "$from" >"$to.new"
    fi
    chmod "$mode" "$to.new"
    mv "$to.new" "$to"
  done
  refresh
  echo "installed in $prefix; to take it away: $0 --remove"
  case :$PATH: in
  *":$prefix/bin:"*) ;;
  *) echo "$prefix/bin is not on your PATH: log in anew, or add it" ;;
  esac
  ;;
--remove)
  list | while read -r _ to _; do
    rm -f "$to"
  done
  refresh
  # What was derived from our files alone goes too.
  if [ -d "$share/mime" ] && [ -z "$(ls "$share/mime/packages" 2>/dev/null)" ]; then
    for derived in aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version XMLnamespaces; do
      rm -f "$share/mime/$derived"
    done
  fi
  if [ -d "$share/applications" ] && [ -z "$(find "$share/applications" -name '*.desktop')" ]; then
    rm -f "$share/applications/mimeinfo.cache"
  fi
  list | while read -r _ to _; do
    folder=${to%/*}
    while [ "$folder" != "$prefix" ] && rmdir "$folder" 2>/dev/null; do folder=${folder%/*}; done
  done
  rmdir "$share/mime/application" "$share/mime" 2>/dev/null || true
  rmdir "$share" "$prefix" 2>/dev/null || true
  echo "removed from $prefix"
  ;;
*)
  echo "usage: $0 [--remove]" >&2
  exit 2
  ;;
esac
