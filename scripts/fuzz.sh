#!/usr/bin/env bash
# Random calls from random accounts over the whole runtime, block by block, for a time; ends with 1 when something panics,
# breaks a rule, or when a call of Surety's own pallets never succeeded.
#
#   scripts/fuzz.sh DURATION [-- ARGUMENT...]    for example: scripts/fuzz.sh 10m
#
# DURATION is a number with s, m or h. The arguments behind -- are the fuzzer's own, see surety-fuzz --help; the seed is a
# fresh one unless they name it. What was found is written, shrunk, to surety-fuzz.case, or where --out says.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

usage() {
    echo "fuzz: $1 (usage: scripts/fuzz.sh DURATION [-- ARGUMENT...])" >&2
    exit 2
}
[ $# -ge 1 ] || usage "how long?"
duration="$1"
[[ "$duration" =~ ^[0-9]+[smh]$ ]] || usage "'$duration' is no time, as 30s, 10m and 2h are"
shift
if [ $# -gt 0 ]; then
    [ "$1" = -- ] || usage "unknown argument '$1'"
    shift
fi

# Always the whole workspace: naming packages would change features, and compile the SDK once more.
cargo build --workspace --bins --locked
exec "$CARGO_TARGET_DIR/debug/surety-fuzz" --duration "$duration" "$@"
