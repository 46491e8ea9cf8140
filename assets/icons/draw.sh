#!/usr/bin/env bash
# Draws every icon of the packages from andu.svg; run it after changing the drawing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
../../ui/node_modules/.bin/tauri icon andu.svg --output "$scratch" >/dev/null 2>&1
for icon in 32x32.png 128x128.png 128x128@2x.png icon.png icon.ico; do
    cp "$scratch/$icon" .
done
