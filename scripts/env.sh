# shellcheck shell=bash
# What a shell needs to build Surety. Sourced by every script; source it yourself for cargo:
#   . scripts/env.sh
SURETY_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
export SURETY_ROOT
SURETY_CACHE="${SURETY_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/surety}"
export SURETY_CACHE
# One target directory outside the checkout, so that fresh clones share what is compiled.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$SURETY_CACHE/target}"
# The target directory is not under the workspace, so the wasm builder must be told where Cargo.lock is.
export WASM_BUILD_WORKSPACE_HINT="$SURETY_ROOT"
export PATH="$SURETY_CACHE/bin:$HOME/.cargo/bin:$PATH"
if [ -f "$SURETY_CACHE/toolchain.env" ]; then
    # Written by scripts/toolchain.sh where the wasm target comes from the distribution's packages.
    # shellcheck source=/dev/null
    . "$SURETY_CACHE/toolchain.env"
fi
