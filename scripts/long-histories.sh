#!/usr/bin/env bash
# Every property test and model of the workspace with many more random cases than the ordinary tests take, the tests of as
# many crates at once as there are processors.
#
#   scripts/long-histories.sh [CASES]     how many cases each takes (default 1024)
#
# Ends with 1 when a test fails; its output is printed, with what the failing case was.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

cases="${1:-1024}"
[[ "$cases" =~ ^[1-9][0-9]*$ ]] || {
    echo "long-histories: '$cases' is no number of cases (usage: scripts/long-histories.sh [CASES])" >&2
    exit 2
}

# One line a crate: its folder, and its tests. Told by cargo, so that a new crate is not forgotten.
tests="$(cargo test --workspace --lib --locked --no-run --message-format=json 2>/dev/null |
    jq -r 'select(.reason == "compiler-artifact" and .executable != null and .profile.test)
        | "\(.manifest_path | rtrimstr("/Cargo.toml"))\t\(.executable)"')"
[ -n "$tests" ] || {
    echo "long-histories: error: the tests do not build; see cargo test --workspace --lib --no-run" >&2
    exit 1
}

output="$(mktemp -d)"
trap 'rm -rf "$output"' EXIT

run() { # folder, executable
    local name begun=$SECONDS
    name="$(basename "$2")"
    # The threads of one crate's tests would only wait for each other.
    if (cd "$1" && CARGO_MANIFEST_DIR="$1" "$2" --test-threads 1) >"$output/$name" 2>&1; then
        printf 'long-histories: %s: %s, %d s\n' "${name%-*}" \
            "$(sed -n 's/^test result: ok\. \([0-9]* passed\).*/\1/p' "$output/$name")" $((SECONDS - begun))
    else
        cat "$output/$name"
        printf 'long-histories: error: %s failed\n' "${name%-*}" >&2
        return 1
    fi
}
export -f run
export output PROPTEST_CASES="$cases"

echo "long-histories: $(wc -l <<<"$tests") crates, $cases cases each"
# The longest first, so that they do not run alone at the end.
longest='surety_runtime|pallet_topology|pallet_registry|pallet_notary'
{ grep -E "$longest" <<<"$tests"; grep -Ev "$longest" <<<"$tests"; } |
    xargs -P "$(nproc)" -d '\n' -n 1 bash -c 'IFS=$'"'\t'"' read -r folder executable <<<"$0"; run "$folder" "$executable"'
