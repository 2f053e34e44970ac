#!/usr/bin/env bash
# Licences, duplicates and sources of all dependencies, with cargo-deny and deny.toml.
#
#   scripts/deny.sh            one line a check; what is wrong in full; exit 1 if anything is
#   scripts/deny.sh --verbose  also every warning: each third-party crate that comes in several versions
#
# Known vulnerabilities (the check `advisories`) are reported where their database can be reached, and never fail:
# what passed yesterday must not fail today because somebody published something.
#
# The first run installs cargo-deny into $SURETY_CACHE/bin, which takes about five minutes on two cores.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

CARGO_DENY_VERSION=0.20.2
DENY="$SURETY_CACHE/bin/cargo-deny"
# The advisory database is a git repository of some ten megabytes.
ADVISORIES_SECONDS="${SURETY_ADVISORIES_SECONDS:-60}"

say() { printf 'deny: %s\n' "$*"; }
die() {
    printf 'deny: error: %s\n' "$*" >&2
    exit 2
}

verbose=no
case "${1:-}" in
    "") ;;
    --verbose) verbose=yes ;;
    *) die "unknown argument '$1' (there is only --verbose)" ;;
esac
for tool in cargo jq timeout; do
    command -v "$tool" >/dev/null || die "$tool is missing: run scripts/toolchain.sh"
done

if [ "$("$DENY" --version 2>/dev/null || true)" != "cargo-deny $CARGO_DENY_VERSION" ]; then
    say "installing cargo-deny $CARGO_DENY_VERSION (about five minutes)"
    # Without CARGO_TARGET_DIR, cargo builds it in a directory of its own and takes that away again.
    env -u CARGO_TARGET_DIR cargo install --quiet --locked --force cargo-deny --version "$CARGO_DENY_VERSION" \
        --root "$SURETY_CACHE" || die "cargo-deny could not be installed"
fi

report="$(mktemp -d)"
trap 'rm -rf "$report"' EXIT

# One JSON object a line on stderr; the last is the summary.
check() {
    local name="$1"
    shift
    "$DENY" --locked --format json "$@" check "$name" 2>"$report/$name.json"
}
count() { # check, severity
    jq -Rn --arg check "$1" --arg severity "$2" \
        '[inputs | fromjson? | select(.type == "summary") | .fields[$check][$severity]] | add // 0' "$report/$1.json"
}
codes() { # check, code
    jq -Rn --arg code "$2" '[inputs | fromjson? | select(.fields.code? == $code)] | length' "$report/$1.json"
}

failed=no
for name in licenses bans sources; do
    status=0
    check "$name" || status=$?
    if ! grep -q '"type":"summary"' "$report/$name.json"; then
        jq -Rr '(fromjson? | .fields.message? // empty) // .' "$report/$name.json" | head -n 5 >&2
        die "cargo-deny could not run its check '$name'"
    fi
    if [ "$status" -ne 0 ]; then
        failed=yes
        say "$name: FAILED, $(count "$name" errors) errors"
        # `cargo tree --target all -i CRATE` shows what brings a crate in.
        "$DENY" --locked --log-level error check --hide-inclusion-graph "$name" || true
        continue
    fi
    case "$name" in
        licenses) say "licenses: ok" ;;
        bans) say "bans: ok ($(codes bans duplicate) third-party crates come in several versions)" ;;
        sources) say "sources: ok" ;;
    esac
    if [ "$verbose" = yes ]; then
        "$DENY" --locked check --hide-inclusion-graph "$name" || true
    fi
done

if timeout "$ADVISORIES_SECONDS" "$DENY" --locked --format json check advisories 2>"$report/advisories.json"; then
    say "advisories: none known"
elif grep -q '"type":"summary"' "$report/advisories.json"; then
    say "advisories: reported, but nothing fails for them"
    jq -Rr 'fromjson? | select(.type == "diagnostic") | .fields |
        "  \(.severity) \(.graphs[0].Krate.name // "-") \(.graphs[0].Krate.version // ""): " +
        "\(.advisory.id // .code // "") \(.message)"' "$report/advisories.json" | sort -u
else
    say "advisories: not checked, advisory database not reachable"
fi

[ "$failed" = no ]
