#!/usr/bin/env bash
# Builds everything in the development profile: the node with its runtime, the command line, the benchmarks.
#
#   scripts/build.sh             the profile that tests and the quickstart use
#   scripts/build.sh --release   what a validator runs: optimised, and with the digest of the metadata in the runtime
#                                for signers that check it; takes about four times as long
#
# The first build takes about fifteen minutes on two cores, and needs scripts/toolchain.sh to have run.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

case "${1:-}" in
    "") profile=() && directory=debug ;;
    --release) profile=(--release --features surety-runtime/metadata-hash) && directory=release ;;
    *) echo "build: unknown argument '$1' (there is only --release)" >&2 && exit 2 ;;
esac

# Always the whole workspace: naming packages would change features, and compile the SDK once more.
cargo build --workspace --bins --locked "${profile[@]}"
echo "build: $CARGO_TARGET_DIR/$directory/{surety-node,surety,surety-bench}"
