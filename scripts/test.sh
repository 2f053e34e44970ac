#!/usr/bin/env bash
# All tests.
#
#   scripts/test.sh          the ordinary tier: formatting, lints, lockfile and licences, unit and property tests, tests
#                            on real nodes by the command line and from JavaScript, documentation, the quickstart
#   scripts/test.sh --long   also what takes longer: every benchmark once, relays that are timed and killed, long random histories,
#                           ten minutes of fuzzing
#
# Each step prints how long it took. A failing step ends the run, with its output.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

long=no
case "${1:-}" in
    "") ;;
    --long) long=yes ;;
    *) echo "test: unknown argument '$1' (there is only --long)" >&2 && exit 2 ;;
esac

started=$SECONDS
step() { # title, command…
    local title="$1" begun=$SECONDS
    shift
    printf '\n== %s\n' "$title"
    "$@"
    printf -- '-- %s: %d s\n' "$title" $((SECONDS - begun))
}

clients() {
    (
        cd tests/clients
        npm ci --no-audit --no-fund --loglevel=error
        SURETY_NODE="$CARGO_TARGET_DIR/debug/surety-node" npm test
    )
}

step "Set-up" scripts/toolchain.sh
. scripts/env.sh
step "Lockfile" scripts/check-lockfile.sh
step "Formatting" cargo fmt --all --check
step "Build" scripts/build.sh
step "Lints" cargo clippy --workspace --all-targets --locked -- -D warnings
step "Rust tests" cargo test --workspace --locked
step "JavaScript clients" clients
step "Documentation" env RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
step "Licences" scripts/deny.sh
step "Quickstart" scripts/quickstart.sh --once

if [ "$long" = yes ]; then
    # A runtime with benchmarks is another build: in a target directory of its own, so that no ordinary node embeds it.
    step "Benchmarks, once each" env CARGO_TARGET_DIR="$CARGO_TARGET_DIR-benchmarks" cargo test --locked --lib \
        -p pallet-windows -p pallet-registry -p pallet-subscriptions -p pallet-restaking -p pallet-slashing \
        -p pallet-channels -p pallet-notary -p pallet-topology -p pallet-agreements \
        --features pallet-windows/runtime-benchmarks,pallet-registry/runtime-benchmarks \
        --features pallet-subscriptions/runtime-benchmarks,pallet-restaking/runtime-benchmarks \
        --features pallet-slashing/runtime-benchmarks,pallet-channels/runtime-benchmarks \
        --features pallet-notary/runtime-benchmarks,pallet-topology/runtime-benchmarks \
        --features pallet-agreements/runtime-benchmarks \
        benchmark
    # Alone: what they compare is when things happen.
    step "Relays, to the millisecond" env RELAY_STRICT=1 cargo test --workspace --locked --test scenarios -- --ignored
    step "Relays, killed" env RELAY_KILLS=200 cargo test --workspace --locked --test crash
    step "Long random histories" scripts/long-histories.sh
    step "Fuzzing" scripts/fuzz.sh 10m
fi

printf '\ntest: everything passed in %d minutes\n' $(((SECONDS - started + 59) / 60))
