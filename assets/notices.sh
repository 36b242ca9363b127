#!/usr/bin/env bash
# Prints what is owed to those whose work is in the program: each package it is linked from with its
# licence, and every text of a licence once, with the packages it came with.   assets/notices.sh >NOTICES
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/texts" "$work/names"
registry=${CARGO_HOME:-$HOME/.cargo}/registry/src
echo "Hedgelab contains the following packages of crates.io, under the licences named:"
echo
cargo tree --locked --features object-storage -e normal --prefix none --format '{p}|{l}' | sed 's/ (\*)$//' | sort -u >"$work/packages"
while IFS='|' read -r package licence; do
  name=${package%% *} version=${package#* v}
  version=${version%% *}
  [ "$name" != hedgelab ] || continue
  echo "  $name $version: $licence"
  for folder in "$registry"/*/"$name-$version"; do
    while IFS= read -r text; do
      sum=$(sha256sum <"$text" | cut -c1-64)
      cp "$text" "$work/texts/$sum"
      echo "$name" >>"$work/names/$sum"
    done < <(find "$folder" -maxdepth 2 -type f \( -iname 'licen[cs]e*' -o -iname 'copying*' -o -iname 'notice*' -o -iname 'ofl*.txt' -o -iname 'ufl*.txt' \) ! -name '*.rs')
  done
done <"$work/packages"
for text in "$work"/texts/*; do
  printf '\n%s\n' "----------------------------------------------------------------------"
  sort -u "$work/names/${text##*/}" | paste -sd ' ' | fold -s -w 100
  echo
  tr -d '\r' <"$text"
done
