#!/usr/bin/env bash
# Mutated publications against every decoder of presence, each for a time; ends with 1 when one panics, or takes what it
# would not have written. Prints a JSON object a decoder.
#
#   scripts/fuzz-decoders.sh DURATION [-- ARGUMENT...]    for example: scripts/fuzz-decoders.sh 10m
#
# DURATION, for each of the decoders, is a number with s, m or h. The arguments behind -- are the fuzzer's own:
# --seed N, --decoder NAME, --corpus DIRECTORY, --write-corpus.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

usage() {
    echo "fuzz-decoders: $1 (usage: scripts/fuzz-decoders.sh DURATION [-- ARGUMENT...])" >&2
    exit 2
}
[ $# -ge 1 ] || usage "how long?"
[[ "$1" =~ ^[0-9]+[smh]$ ]] || usage "'$1' is no time, as 30s, 10m and 2h are"
case "$1" in
*s) seconds="${1%s}" ;;
*m) seconds=$((${1%m} * 60)) ;;
*h) seconds=$((${1%h} * 3600)) ;;
esac
shift
if [ $# -gt 0 ]; then
    [ "$1" = -- ] || usage "unknown argument '$1'"
    shift
fi

# In a target directory of its own: naming a package changes the features of what it depends on.
export CARGO_TARGET_DIR="$CARGO_TARGET_DIR-decoders"
exec cargo run --quiet --release --locked -p surety-presence --features fuzzing --example fuzz_decoders -- \
    --seconds "$seconds" "$@"
