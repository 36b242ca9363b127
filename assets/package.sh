#!/usr/bin/env bash
# Builds what one can install: a Debian package, and a tarball that runs from its own folder.
# Needs cargo-deb for the former (cargo install cargo-deb --locked).   assets/package.sh [deb|tarball]
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:-all}
cargo build --locked --release
hedgelab=target/release/hedgelab
files=target/package-files
rm -rf "$files"
mkdir -p "$files/man"
"$hedgelab" manual "$files/man" >/dev/null
"$hedgelab" completions bash >"$files/hedgelab.bash"
"$hedgelab" completions zsh >"$files/_hedgelab"
"$hedgelab" completions fish >"$files/hedgelab.fish"

if [ "$wanted" != tarball ]; then
  cargo deb --locked --no-build
fi

if [ "$wanted" != deb ]; then
  version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
  name=hedgelab-$version-$(uname -m)-linux
  folder=target/$name
  rm -rf "$folder"
  mkdir -p "$folder"
  cp "$hedgelab" README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT "$folder"
  cp -r "$files/man" "$folder/man"
  cp -r assets/desktop "$folder/desktop"
  cp "$files/hedgelab.bash" "$files/_hedgelab" "$files/hedgelab.fish" "$folder"
  tar -C target -czf "target/$name.tar.gz" "$name"
  echo "target/$name.tar.gz"
fi
