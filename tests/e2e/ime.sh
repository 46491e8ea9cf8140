#!/usr/bin/env bash
# Runs the journeys of Chinese input alone, on a screen and a session bus of their own:
#     tests/e2e/ime.sh [folder of screenshots]
# Needs the packages of `./dev setup` and a desk built with the feature `e2e`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
target=${CARGO_TARGET_DIR:-$PWD/target}
export ANDU_E2E_DESKTOP=${ANDU_E2E_DESKTOP:-$target/debug/andu-desktop}
export ANDU_E2E_OUT=${1:-$PWD/target/e2e}
[ -x "$ANDU_E2E_DESKTOP" ] || {
    echo "no desk at $ANDU_E2E_DESKTOP: cargo build -p andu-desktop --features e2e" >&2
    exit 1
}
cargo test -p andu-tests --test e2e --no-run
# shellcheck disable=SC2016  # expanded inside the screen
exec timeout 600 xvfb-run --auto-servernum --server-args='-screen 0 1920x1200x24 -nolisten tcp' \
    dbus-run-session -- bash -c '
        openbox &
        manager=$!
        trap "kill $manager" EXIT
        cargo test -p andu-tests --test e2e -- --include-ignored --test-threads=1 pinyin'
