#!/usr/bin/env bash
# The Debian package in a bare system: installed, started, a window with its icon, a preset opened by
# association, manual, completion; and removed without a trace. The tarball after it.
#   tests/package/bare-root.sh hedgelab_*.deb hedgelab-*.tar.gz [SUITE]
# Needs root, debootstrap and a Debian mirror, and takes some minutes: run by hand, not by .ci/test.
# What it saw is left in target/package-seen.
set -euo pipefail
deb=$(realpath "$1") tarball=$(realpath "$2") suite=${3:-bookworm}
here=$(cd "$(dirname "$0")/../.." && pwd)
seen=${CARGO_TARGET_DIR:-$here/target}/package-seen
mkdir -p "$seen"
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/root
debootstrap --variant=minbase "$suite" "$root" >"$work/log" || { tail "$work/log"; exit 1; }
mkdir "$root/from"
cp "$deb" "$root/from/hedgelab.deb"
cp "$tarball" "$root/from/hedgelab.tar.gz"
cp "$here/tests/package/inside.sh" "$root/from/"
mkdir -m 777 "$root/seen"
export root
# Mounts and processes of the bare system end with it.
status=0
unshare --mount --pid --fork --kill-child bash -euc '
  mount -t proc proc "$root/proc"
  mount -t tmpfs tmpfs "$root/dev"
  for node in null zero random urandom; do touch "$root/dev/$node"; mount --bind "/dev/$node" "$root/dev/$node"; done
  ln -s /proc/self/fd "$root/dev/fd"
  mkdir -m 1777 "$root/dev/shm"
  mkdir "$root/dev/pts"
  mount -t devpts -o ptmxmode=666 devpts "$root/dev/pts"
  ln -s pts/ptmx "$root/dev/ptmx"
  exec chroot "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive bash -eu /from/inside.sh
' || status=$?
cp "$root"/seen/* "$seen/"
exit "$status"
