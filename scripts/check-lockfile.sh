#!/usr/bin/env bash
# What the lockfiles and manifests must hold, in a second and without a network:
#
#   1. no crate sp-*, sc-*, frame-*, pallet-* or substrate-* stands in Cargo.lock in two versions
#      (sp-crypto-hashing excepted: it is a leaf without types of its own);
#   2. every SDK crate in Cargo.lock has the version that scripts/sdk-versions.txt names;
#   3. every SDK crate in a Cargo.toml is pinned with `=`, or takes the workspace's pin;
#   4. Cargo.lock and package-lock.json name no source but the standard registries.
#
# One line for each offender; exit 1 if there is any.
#
#   scripts/check-lockfile.sh [DIRECTORY]    another checkout than this one
set -euo pipefail

SCRIPTS="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
VERSIONS="$SCRIPTS/sdk-versions.txt"
ROOT="${1:-$SCRIPTS/..}"
CARGO_SOURCE='registry+https://github.com/rust-lang/crates.io-index'
NPM_SOURCE='https://registry.npmjs.org/'

die() {
    printf 'check-lockfile: error: %s\n' "$*" >&2
    exit 2
}
[ -d "$ROOT" ] || die "no directory $ROOT"
cd "$ROOT"
[ -f Cargo.toml ] || die "no Cargo.toml in $PWD"
[ -f Cargo.lock ] || die "no Cargo.lock in $PWD"
[ -f "$VERSIONS" ] || die "no $VERSIONS"

# Checks 1, 2 and the cargo half of 4.
lockfile() {
    awk -v standard="$CARGO_SOURCE" '
        function package_ends() {
            if (name == "") return
            if (name ~ /^(sp|sc|frame|pallet|substrate)-/ && name != "sp-crypto-hashing" && ++seen[name] > 1)
                print "Cargo.lock: " name " in two versions, " first[name] " and " version
            if (!(name in first)) first[name] = version
            if ((name in release) && name != "sp-crypto-hashing" && source != "" && version != release[name])
                print "Cargo.lock: " name " is " version ", the release has " release[name] \
                    " (cargo update " name "@" version " --precise " release[name] ")"
            if (source != "" && source != standard)
                print "Cargo.lock: " name " comes from " source ", not from the standard registry"
            name = ""; version = ""; source = ""
        }
        FNR == NR { if ($0 !~ /^#/ && NF == 2) release[$1] = $2; next }
        /^\[\[package\]\]/ { package_ends() }
        /^name = /    { gsub(/"/, "", $3); name = $3 }
        /^version = / { gsub(/"/, "", $3); version = $3 }
        /^source = /  { gsub(/"/, "", $3); source = $3 }
        END { package_ends() }
    ' "$VERSIONS" Cargo.lock
}

# Check 3. Understands `name = "1"`, `name = { … }` on one line, and a table of its own.
manifests() {
    local manifest
    while IFS= read -r manifest; do
        awk -v file="${manifest#./}" '
            function value(key,    text) {
                text = line
                if (!match(text, "(^|[{, \t])" key "[ \t]*=[ \t]*\"[^\"]*\"")) return ""
                text = substr(text, RSTART, RLENGTH)
                sub(/^[^"]*"/, "", text)
                sub(/"$/, "", text)
                return text
            }
            function dependency_ends(    crate) {
                if (name == "") return
                crate = package == "" ? name : package
                if (((crate in release) || crate ~ /^(sp|sc|frame|pallet|substrate)-/) && !path && !workspace \
                    && version !~ /^=/)
                    print file ": " crate " is not pinned with `=` (" (version == "" ? "no version" : version) ")"
                name = ""
            }
            function dependency_begins(its_name) {
                dependency_ends()
                name = its_name; package = ""; version = ""; path = 0; workspace = 0
            }
            function dependency_has() {
                if (value("package") != "") package = value("package")
                if (value("version") != "") version = value("version")
                if (value("path") != "") path = 1
                if (line ~ /(^|[{, \t])workspace[ \t]*=[ \t]*true/) workspace = 1
            }
            FNR == NR { if ($0 !~ /^#/ && NF == 2) release[$1] = $2; next }
            { line = $0; sub(/^[ \t]+/, "", line) }
            line ~ /^#/ || line == "" { next }
            line ~ /^\[/ {
                dependency_ends()
                section = line
                gsub(/^\[|\].*$/, "", section)
                list = section ~ /(^|[.-])dependencies$/
                table = section ~ /(^|[.-])dependencies\.[^.]+$/
                if (table) { sub(/^.*dependencies\./, "", section); gsub(/"/, "", section); dependency_begins(section) }
                next
            }
            list && line ~ /^[A-Za-z0-9_"-]+(\.[a-z]+)?[ \t]*=/ {
                its_name = line
                sub(/[ \t]*=.*$/, "", its_name)
                gsub(/"/, "", its_name)
                rest = line
                sub(/^[^=]*=[ \t]*/, "", rest)
                dotted = ""
                if (its_name ~ /\./) { dotted = its_name; sub(/^[^.]*\./, "", dotted); sub(/\..*$/, "", its_name) }
                dependency_begins(its_name)
                if (dotted != "") line = dotted " = " rest
                else if (rest ~ /^"/) line = "version = " rest
                else line = rest
                dependency_has()
                next
            }
            table { dependency_has() }
            END { dependency_ends() }
        ' "$VERSIONS" "$manifest"
    done < <(find . \( -name target -o -name node_modules -o -name .git \) -prune -o -name Cargo.toml -print | sort)
}

# The npm half of 4.
npm_lockfiles() {
    local lock
    while IFS= read -r lock; do
        awk -v file="${lock#./}" -v standard="$NPM_SOURCE" '
            /^[ \t]*"resolved"[ \t]*:/ {
                split($0, part, "\"")
                if (part[4] ~ /^[a-z+]+:/ && part[4] !~ /^file:/ && index(part[4], standard) != 1)
                    print file ": " part[4] " is not from the standard registry"
            }
        ' "$lock"
    done < <(find . \( -name target -o -name node_modules -o -name .git \) -prune -o \
        \( -name package-lock.json -o -name npm-shrinkwrap.json \) -print | sort)
}

offenders="$(lockfile; manifests; npm_lockfiles)"
if [ -n "$offenders" ]; then
    printf '%s\n' "$offenders" >&2
    printf 'check-lockfile: %s found\n' "$(printf '%s\n' "$offenders" | wc -l)" >&2
    exit 1
fi
echo "check-lockfile: ok"
