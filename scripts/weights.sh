#!/usr/bin/env bash
# Measures the weights of calls and transaction extensions, of an empty block and of an empty transaction, on this machine,
# and writes them to runtime/src/weights/.
#
#   scripts/weights.sh                       everything; about an hour and a half on two quiet cores
#   scripts/weights.sh pallet_registry …     only these pallets (names as in runtime/src/benchmarks.rs)
#   scripts/weights.sh overhead              only the empty block and the empty transaction
#   scripts/weights.sh --check [PALLET…]     runs each benchmark once and writes nothing
#
# Nothing else should run meanwhile. Environment:
#   STEPS, REPEAT   points along each parameter, and repetitions at each (default 50 and 20)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

BENCHER_VERSION=0.28.0
STEPS="${STEPS:-50}"
REPEAT="${REPEAT:-20}"
OUT=runtime/src/weights

say() { printf 'weights: %s\n' "$*"; }

check=no
if [ "${1:-}" = --check ]; then
    check=yes
    shift
fi

if [ "$(frame-omni-bencher --version 2>/dev/null)" != "frame-omni-bencher $BENCHER_VERSION" ]; then
    say "installing frame-omni-bencher $BENCHER_VERSION (about an hour on two cores; wants libclang)"
    env -u CARGO_TARGET_DIR cargo install --locked "frame-omni-bencher@$BENCHER_VERSION" --root "$SURETY_CACHE"
fi

# In a target directory of its own: the blob's path ignores features, and an ordinary node could embed this one.
say "building the runtime with its benchmarks"
CARGO_TARGET_DIR="$CARGO_TARGET_DIR-benchmarks" \
    cargo build --quiet --locked -p surety-runtime --features runtime-benchmarks
wasm="$CARGO_TARGET_DIR-benchmarks/debug/wbuild/surety-runtime/surety_runtime.wasm"

mapfile -t all < <(sed -n 's/^\t\[\([a-z_]*\), .*\]$/\1/p' runtime/src/benchmarks.rs)
if [ $# -eq 0 ]; then
    set -- "${all[@]}"
    [ "$check" = yes ] || set -- overhead "$@"
fi

bencher() {
    RUST_LOG=error frame-omni-bencher v1 benchmark "$@"
}
pallet() { # name, more options
    local name="$1"
    shift
    bencher pallet --runtime "$wasm" --genesis-builder-preset benchmarks --pallet "$name" --extrinsic '*' \
        --wasm-execution compiled --no-storage-info --no-median-slopes --no-min-squares "$@"
}

measure() { # name
    local name="$1"
    if [ "$name" = overhead ]; then
        # Of the ordinary runtime, as nodes embed it.
        scripts/build.sh >/dev/null &&
            bencher overhead --runtime "$CARGO_TARGET_DIR/debug/wbuild/surety-runtime/surety_runtime.wasm" \
                --genesis-builder-preset development --warmup 10 --repeat 100 --weight-path "$OUT" >/dev/null
    elif [ "$check" = yes ]; then
        pallet "$name" --steps 2 --repeat 1 --min-duration 0 >/dev/null
    else
        pallet "$name" --steps "$STEPS" --repeat "$REPEAT" --min-duration 0 --output "$OUT/$name.rs" >/dev/null
    fi
}

for name in "$@"; do
    [[ " overhead ${all[*]} " == *" $name "* ]] || {
        say "error: no benchmarks of the name $name; there are: overhead ${all[*]}" >&2
        exit 2
    }
done

mkdir -p "$OUT"
failed=()
for name in "$@"; do
    begun=$SECONDS
    if measure "$name"; then
        say "$name: $((SECONDS - begun)) s"
    else
        failed+=("$name")
        say "error: $name failed, see above; going on with the rest" >&2
    fi
done

if [ "$check" = no ]; then
    # The generator names the trait by the benchmark; these two stand elsewhere.
    [ ! -e "$OUT/frame_system_extensions.rs" ] ||
        sed -i 's/frame_system_extensions::WeightInfo/frame_system::ExtensionsWeightInfo/' "$OUT/frame_system_extensions.rs"
    # Who measured where is no concern of the code; when, with what and how is.
    sed -i -e '/^\/\/! HOSTNAME:/s/HOSTNAME: `[^`]*`, //' -e '/^\/\/ Executed Command:/,/^$/d' \
        -e 's#/[^ `]*/\(surety_runtime.wasm\)#\1#' "$OUT"/*.rs
    cargo fmt -p surety-runtime
    say "written to $OUT; see git diff"
fi
if [ ${#failed[@]} -gt 0 ]; then
    say "error: not measured: ${failed[*]}" >&2
    exit 1
fi
