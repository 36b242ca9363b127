#!/usr/bin/env bash
# Builds what one can install: a Debian package, and a tarball that runs from its own folder.
#   assets/package.sh [deb|tarball]
# The former needs cargo-deb (cargo install cargo-deb@3.8.0 --locked).
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-all}
target=${CARGO_TARGET_DIR:-target}
cargo build --locked --release --features object-storage --bin hedgelab
hedgelab=$target/release/hedgelab
# Where Cargo.toml looks for them.
files=target/package-files
rm -rf "$files"
mkdir -p "$files/man"
"$hedgelab" manual "$files/man" >/dev/null
"$hedgelab" completions bash >"$files/hedgelab.bash"
"$hedgelab" completions zsh >"$files/_hedgelab"
"$hedgelab" completions fish >"$files/hedgelab.fish"
assets/notices.sh >"$files/NOTICES"

if [ "$wanted" != tarball ]; then
  cargo deb --locked --no-build
fi

if [ "$wanted" != deb ]; then
  version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
  name=hedgelab-$version-$(uname -m)-linux
  folder=$target/$name
  rm -rf "$folder"
  mkdir -p "$folder/assets"
  cp "$hedgelab" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$folder"
  cp -r "$files/man" docs "$folder"
  cp -r assets/desktop "$folder/desktop"
  cp -r assets/screenshots "$folder/assets"
  cp "$files/hedgelab.bash" "$files/_hedgelab" "$files/hedgelab.fish" "$files/NOTICES" "$folder"
  cp assets/install.sh "$folder/install"
  strip --strip-unneeded "$folder/hedgelab"
  tar -C "$target" --owner=0 --group=0 -czf "$target/$name.tar.gz" "$name"
  rm -r "$folder"
  echo "$target/$name.tar.gz"
fi
