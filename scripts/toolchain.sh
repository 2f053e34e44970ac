#!/usr/bin/env bash
# Makes a Debian-like machine ready to build and test Surety. Run it as often as you like: it says in one line a step
# what it found or did, and takes under two seconds when there is nothing to do.
#
#   scripts/toolchain.sh
#
# It ensures
#   - the packages that the build and the tests use (as root, or through sudo);
#   - Node.js and npm for the client tests;
#   - Rust with the target wasm32v1-none, which the runtime is compiled to.
#
# The target comes from rustup where its server answers. Elsewhere the distribution's packages give a second compiler,
# whose packaged source of `core` and `alloc` is compiled for the target into $SURETY_CACHE/wasm-toolchain. What a shell
# must then know is written to $SURETY_CACHE/toolchain.env, which scripts/env.sh reads. A machine with rustup keeps
# rustup's compiler for everything native (WASM_BUILD_TOOLCHAIN names the other for the runtime); a machine without
# uses the packaged one for all, put first in PATH.
#
# Environment:
#   SURETY_WASM_TOOLCHAIN   auto (default): the first of these that works
#                           rustup: only rustup's target; fail where it cannot be had
#                           debian: only the distribution's packages, even if rustup has the target
#   SURETY_RUSTUP_SECONDS   how long to wait for rustup's server (default 180)
#   SURETY_CACHE            where to put things (default ~/.cache/surety)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

WASM_TARGET=wasm32v1-none
# Raised when the way the packaged toolchain is put together changes.
LAYOUT=1
LINKED_NAME=surety-wasm
SYSROOT="$SURETY_CACHE/wasm-toolchain"
ENV_FILE="$SURETY_CACHE/toolchain.env"
LOG="$SURETY_CACHE/toolchain.log"
NODE_MINIMUM=18
RUSTUP_SECONDS="${SURETY_RUSTUP_SECONDS:-180}"
MODE="${SURETY_WASM_TOOLCHAIN:-auto}"

say() { printf 'toolchain: %s\n' "$*"; }
die() {
    printf 'toolchain: error: %s\n' "$*" >&2
    exit 1
}
have() { command -v "$1" >/dev/null 2>&1; }
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

case "$MODE" in
    auto | rustup | debian) ;;
    *) die "SURETY_WASM_TOOLCHAIN is '$MODE', must be auto, rustup or debian" ;;
esac
[ $# -eq 0 ] || die "takes no arguments; see the head of the script"

# What an earlier run decided must not decide this one.
PATH="${PATH//"$SYSROOT/bin:"/}"
unset WASM_BUILD_TOOLCHAIN
mkdir -p "$SURETY_CACHE"
cd "$SURETY_ROOT"
RUST_MINIMUM="$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)"
[ -n "$RUST_MINIMUM" ] || die "Cargo.toml names no rust-version"

# --- Packages -------------------------------------------------------------------------------------------------------

apt_updated=no
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}
apt_update() {
    [ "$apt_updated" = no ] || return 0
    as_root apt-get -o DPkg::Lock::Timeout=300 update >"$LOG" 2>&1 ||
        die "apt-get update failed: $(grep -m1 '^E:' "$LOG" || echo "see $LOG")"
    apt_updated=yes
}
require_apt() { # for the message: what is missing
    have apt-get || die "missing: $1; there is no apt-get here, install them as your system does"
    [ "$(id -u)" -eq 0 ] || have sudo || die "not root and no sudo; as root: apt-get install $1"
}
apt_install() {
    require_apt "$*"
    apt_update
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install --yes --no-install-recommends "$@" >"$LOG" 2>&1 ||
        die "apt-get install $* failed: $(grep -m1 '^E:' "$LOG" || echo "see $LOG")"
}

# By what is there and not by package name: compilers and Node.js often come from elsewhere.
packages() {
    local missing=()
    # C and C++ for secp256k1, zstd, lz4 and Binaryen.
    if ! have cc || ! have c++ || ! have make; then missing+=(build-essential); fi
    # OpenSSL, which litep2p builds from source, is configured by a Perl script.
    have perl || missing+=(perl)
    # The network crates compile their .proto files.
    have protoc || missing+=(protobuf-compiler)
    have git || missing+=(git)
    have curl || missing+=(curl)
    have jq || missing+=(jq)
    # Tests put nodes into network namespaces of their own.
    have ip || missing+=(iproute2)
    [ -e /etc/ssl/certs/ca-certificates.crt ] || [ -d /etc/pki/tls ] || missing+=(ca-certificates)
    have node || have nodejs || missing+=(nodejs)
    have npm || missing+=(npm)
    if [ ${#missing[@]} -eq 0 ]; then
        say "packages: all there"
        return
    fi
    say "packages: installing ${missing[*]}"
    apt_install "${missing[@]}"
    say "packages: installed"
}

node() {
    local version
    version="$(command node --version 2>/dev/null | sed 's/^v//' || true)"
    [ -n "$version" ] || die "node does not run; the client tests need Node.js $NODE_MINIMUM or later"
    at_least "$version" "$NODE_MINIMUM" || die "Node.js is $version; the client tests need $NODE_MINIMUM or later"
    say "node: $version"
}

# --- Rust -----------------------------------------------------------------------------------------------------------

rust_version() { "$@" --version 2>/dev/null | sed -n 's/^rustc \([0-9.]*\).*/\1/p' || true; }
has_target() { # rustc…
    local sysroot
    sysroot="$("$@" --print sysroot 2>/dev/null)" || return 1
    compgen -G "$sysroot/lib/rustlib/$WASM_TARGET/lib/libcore-*.rlib" >/dev/null
}
write_env() { # the file's text, or nothing for no file
    if [ -z "$1" ]; then
        [ ! -e "$ENV_FILE" ] || rm -f "$ENV_FILE"
        return
    fi
    printf '%s\n' "# Written by scripts/toolchain.sh, read by scripts/env.sh." "$1" >"$ENV_FILE.new"
    if cmp -s "$ENV_FILE.new" "$ENV_FILE"; then rm -f "$ENV_FILE.new"; else mv "$ENV_FILE.new" "$ENV_FILE"; fi
}

# Sets `native`: rustup, other, or none.
native_rust() {
    local version
    native=none
    if have rustup && [ -z "$(rust_version rustc)" ] && [ "$MODE" != debian ]; then
        say "rust: rustup has no toolchain, asking its server for stable"
        timeout "$RUSTUP_SECONDS" rustup toolchain install stable --profile default >"$LOG" 2>&1 ||
            say "rust: rustup's server did not give one"
    fi
    version="$(rust_version rustc)"
    if [ -z "$version" ]; then
        if [ "$MODE" = rustup ]; then
            have rustup || die "no Rust here: install rustup (https://rustup.rs), then run this again"
            die "rustup has no toolchain: rustup toolchain install stable"
        fi
        say "rust: none here (https://rustup.rs), taking the distribution's"
        return
    fi
    if at_least "$version" "$RUST_MINIMUM"; then
        native=other
        if have rustup; then native=rustup; fi
        say "rust: $version"
    elif have rustup; then
        die "Rust is $version, Surety needs $RUST_MINIMUM or later: rustup update stable"
    else
        say "rust: $version is too old (needs $RUST_MINIMUM), taking the distribution's newer one"
    fi
}

# What the ordinary tests run beside the compiler.
rustup_components() {
    local missing=()
    cargo clippy --version >/dev/null 2>&1 || missing+=(clippy)
    cargo fmt --version >/dev/null 2>&1 || missing+=(rustfmt)
    [ ${#missing[@]} -gt 0 ] || return 0
    if timeout "$RUSTUP_SECONDS" rustup component add "${missing[@]}" >"$LOG" 2>&1; then
        say "rust: added ${missing[*]}"
    else
        say "rust: ${missing[*]} missing, and rustup's server did not give it: the lint checks will not run"
    fi
}

rustup_target() {
    local reason
    say "wasm: asking rustup's server for $WASM_TARGET"
    if timeout "$RUSTUP_SECONDS" rustup target add "$WASM_TARGET" >"$LOG" 2>&1 && has_target rustc; then
        write_env ""
        say "wasm: $WASM_TARGET added by rustup"
        return
    fi
    reason="$(grep -m1 '^error' "$LOG" || echo "no answer in $RUSTUP_SECONDS seconds")"
    [ "$MODE" = auto ] || die "rustup could not add $WASM_TARGET: $reason"
    say "wasm: rustup could not ($reason), taking the distribution's packages"
    return 1
}

# --- The target from the distribution's packages --------------------------------------------------------------------

# Debian keeps a current compiler for its browsers as rustc-web; newer releases may have a current rustc itself.
packaged_rust() {
    local suffix version wanted=() lld=""
    version="$(rust_version /usr/bin/rustc)"
    if [ -z "$version" ] || ! at_least "$version" "$RUST_MINIMUM" || [ ! -x /usr/bin/cargo ] ||
        [ ! -f "$(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/core/Cargo.toml" ]; then
        require_apt "rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld-19"
        apt_update
        for suffix in -web ""; do
            version="$(apt-cache policy "rustc$suffix" 2>/dev/null | sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p')"
            if [ -n "$version" ] && at_least "$version" "$RUST_MINIMUM"; then
                wanted=("rustc$suffix" "cargo$suffix" "rust${suffix}-src")
                break
            fi
        done
        [ ${#wanted[@]} -gt 0 ] || die "no package has Rust $RUST_MINIMUM or later: install rustup (https://rustup.rs)"
    fi
    for lld in /usr/bin/lld-19 /usr/bin/lld; do [ ! -x "$lld" ] || break; done
    if [ ! -x "$lld" ]; then
        apt_update
        if apt-cache show lld-19 >/dev/null 2>&1; then wanted+=(lld-19); else wanted+=(lld); fi
    fi
    # Without rustup, the lints and the formatter are the packaged ones too.
    if [ "$native" = none ] && { [ ! -x /usr/bin/cargo-clippy ] || [ ! -x /usr/bin/cargo-fmt ]; }; then
        if [ ${#wanted[@]} -gt 0 ] && [ "${wanted[0]}" = rustc ]; then wanted+=(rust-clippy rustfmt)
        elif dpkg-query -W rustc >/dev/null 2>&1; then wanted+=(rust-clippy rustfmt)
        else wanted+=(rust-web-clippy rustfmt-web); fi
    fi
    if [ ${#wanted[@]} -gt 0 ]; then
        say "wasm: installing ${wanted[*]}"
        apt_install "${wanted[@]}"
    fi
    for lld in /usr/bin/lld-19 /usr/bin/lld; do [ ! -x "$lld" ] || break; done
    packaged_lld="$lld"
    version="$(rust_version /usr/bin/rustc)"
    at_least "${version:-0}" "$RUST_MINIMUM" || die "the packaged Rust is ${version:-missing}, Surety needs $RUST_MINIMUM"
}

# A sysroot of our own beside the packaged one: what the packages bring by links, the target built in it. Nothing of the
# system's own files is changed, and a removed cache is all it takes to begin anew.
build_sysroot() {
    local stamp packaged host work commit began tool
    packaged="$(/usr/bin/rustc --print sysroot)"
    host="$(/usr/bin/rustc -vV | sed -n 's/^host: //p')"
    commit="$(/usr/bin/rustc -vV | sed -n 's/^commit-hash: //p')"
    stamp="layout $LAYOUT, $(readlink -f "$packaged_lld"), $(/usr/bin/rustc -vV)"
    if [ "$(cat "$SYSROOT/complete" 2>/dev/null || true)" = "$stamp" ]; then return; fi

    say "wasm: building core and alloc of rustc $(rust_version /usr/bin/rustc) for $WASM_TARGET (half a minute)"
    began=$SECONDS
    rm -rf "$SYSROOT"
    mkdir -p "$SYSROOT/bin" "$SYSROOT/lib/rustlib/$host/bin" "$SYSROOT/lib/rustlib/$WASM_TARGET/lib"
    ln -s "$packaged/lib/rustlib/$host/lib" "$SYSROOT/lib/rustlib/$host/lib"
    ln -s "$packaged/lib/rustlib/src" "$SYSROOT/lib/rustlib/src"
    ln -s "$packaged_lld" "$SYSROOT/lib/rustlib/$host/bin/rust-lld"
    for tool in rustc rustdoc; do
        [ -x "/usr/bin/$tool" ] || continue
        printf '#!/bin/sh\nexec /usr/bin/%s --sysroot "%s" "$@"\n' "$tool" "$SYSROOT" >"$SYSROOT/bin/$tool"
        chmod +x "$SYSROOT/bin/$tool"
    done
    for tool in cargo cargo-clippy clippy-driver cargo-fmt rustfmt; do
        [ ! -x "/usr/bin/$tool" ] || ln -s "/usr/bin/$tool" "$SYSROOT/bin/$tool"
    done

    # A workspace of these crates only: the packages leave out what the standard library's own workspace also names.
    # compiler_builtins names `cc` for an optional part in C that we leave out, so an empty one does.
    work="$(mktemp -d)"
    # shellcheck disable=SC2064 # as it is now
    trap "rm -rf '$work'" EXIT
    for tool in core alloc compiler-builtins stdarch portable-simd; do
        ln -s "$packaged/lib/rustlib/src/rust/library/$tool" "$work/$tool"
    done
    mkdir -p "$work/cc/src"
    : >"$work/cc/src/lib.rs"
    printf '[package]\nname = "cc"\nversion = "1.99.0"\n' >"$work/cc/Cargo.toml"
    cat >"$work/Cargo.toml" <<'EOF'
[workspace]
resolver = "2"
members = ["alloc"]
[profile.release.package.compiler_builtins]
codegen-units = 10000
[patch.crates-io]
cc = { path = "cc" }
EOF
    # Bitcode, for the runtime's link-time optimisation; and no path of this machine in the panic messages of a runtime.
    (
        cd "$work"
        env -u RUSTC_WRAPPER -u RUSTC_WORKSPACE_WRAPPER -u CARGO_ENCODED_RUSTFLAGS -u CARGO_BUILD_TARGET \
            -u RUSTUP_TOOLCHAIN CARGO_HOME="$work/home" CARGO_TARGET_DIR="$work/target" \
            RUSTC="$SYSROOT/bin/rustc" RUSTC_BOOTSTRAP=1 \
            RUSTFLAGS="-C embed-bitcode=yes -Z force-unstable-if-unmarked --remap-path-prefix=$work=/rustc/$commit/library" \
            /usr/bin/cargo build --quiet --release --offline --manifest-path alloc/Cargo.toml \
            --features compiler-builtins-mem --target "$WASM_TARGET"
    ) >"$LOG" 2>&1 || die "core and alloc did not compile: $(grep -m1 '^error' "$LOG" || echo "see $LOG")"
    cp "$work/target/$WASM_TARGET/release/deps/"*.rlib "$SYSROOT/lib/rustlib/$WASM_TARGET/lib/"

    # The linker and the bitcode, tried on the least there is.
    cat >"$work/probe.rs" <<'EOF'
#![no_std]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! { loop {} }
#[no_mangle]
pub extern "C" fn probe(text: &[u8; 8]) -> usize { core::str::from_utf8(text).map_or(0, |t| t.trim().len()) }
EOF
    "$SYSROOT/bin/rustc" --edition 2021 --crate-type cdylib --target "$WASM_TARGET" -O -C lto=fat -C panic=abort \
        -o "$work/probe.wasm" "$work/probe.rs" >"$LOG" 2>&1 ||
        die "the packaged toolchain does not link for $WASM_TARGET: $(grep -m1 '^error' "$LOG" || echo "see $LOG")"

    # Runtimes linked with other rlibs of the same compiler version would be taken for fresh.
    rm -rf "$CARGO_TARGET_DIR"/*/wbuild
    rm -rf "$work"
    trap - EXIT
    printf '%s\n' "$stamp" >"$SYSROOT/complete"
    say "wasm: built in $((SECONDS - began)) s"
}

packaged_target() {
    local link
    packaged_rust
    build_sysroot
    if [ "$native" = rustup ]; then
        link="${RUSTUP_HOME:-$HOME/.rustup}/toolchains/$LINKED_NAME"
        if [ "$(readlink "$link" 2>/dev/null || true)" != "$SYSROOT" ]; then
            rustup toolchain link "$LINKED_NAME" "$SYSROOT" >"$LOG" 2>&1 ||
                die "rustup toolchain link failed: $(head -n 1 "$LOG")"
            say "wasm: linked into rustup as $LINKED_NAME"
        fi
        write_env "export WASM_BUILD_TOOLCHAIN=$LINKED_NAME"
        say "wasm: $WASM_TARGET of the packaged rustc $(rust_version /usr/bin/rustc) (WASM_BUILD_TOOLCHAIN=$LINKED_NAME)"
    else
        write_env "case \":\$PATH:\" in
    *\":$SYSROOT/bin:\"*) ;;
    *) export PATH=\"$SYSROOT/bin:\$PATH\" ;;
esac"
        say "wasm: $WASM_TARGET and all else with the packaged rustc $(rust_version /usr/bin/rustc)"
    fi
}

wasm() {
    if [ "$native" != none ] && [ "$MODE" != debian ]; then
        if has_target rustc; then
            write_env ""
            say "wasm: $WASM_TARGET is there"
            return
        fi
        if [ "$native" = rustup ] && rustup_target; then return; fi
        [ "$MODE" = auto ] || die "rustc $(rust_version rustc) is not rustup's and has no $WASM_TARGET"
    fi
    # A compiler of unknown origin and the packaged one do not mix; with rustup they are kept apart.
    [ "$native" = rustup ] || native=none
    packaged_target
}

packages
node
native_rust
[ "$native" != rustup ] || rustup_components
wasm
say "ready"
