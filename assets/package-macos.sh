#!/usr/bin/env bash
# On macOS, after cargo build --locked --release: Hedgelab.app with its icon, zipped. Not tried yet.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
work=target/macos
app=$work/Hedgelab.app/Contents
rm -rf "$work"
mkdir -p "$app/MacOS" "$app/Resources" "$work/hedgelab.iconset"
cp target/release/hedgelab "$app/MacOS/"
cp LICENSE-APACHE LICENSE-MIT "$app/Resources/"
for size in 16 32 128 256; do
  cp "assets/desktop/hedgelab-$size.png" "$work/hedgelab.iconset/icon_${size}x$size.png"
done
iconutil --convert icns --output "$app/Resources/hedgelab.icns" "$work/hedgelab.iconset"
cat >"$app/Info.plist" <<END
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>CFBundleName</key><string>Hedgelab</string>
  <key>CFBundleIdentifier</key><string>hedgelab</string>
  <key>CFBundleExecutable</key><string>hedgelab</string>
  <key>CFBundleIconFile</key><string>hedgelab</string>
  <key>CFBundlePackageType</key><string>APPL</string>
  <key>CFBundleShortVersionString</key><string>$version</string>
  <key>CFBundleVersion</key><string>$version</string>
  <key>NSHighResolutionCapable</key><true/>
</dict>
</plist>
END
rm -r "$work/hedgelab.iconset"
ditto -c -k --keepParent "$work/Hedgelab.app" "target/hedgelab-$version-$(uname -m)-macos.zip"
