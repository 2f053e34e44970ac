#!/usr/bin/env bash
# From a Debian-like machine with Rust to a running chain on which a service was sold.
#
#   scripts/quickstart.sh          sets up, builds, starts a development chain, shows the main job on it, and leaves the
#                                  node running until Ctrl-C
#   scripts/quickstart.sh --once   the same, but stops the node at the end, checks the chain's state, and exits 0 only if
#                                  every step did what it said
#
# Environment:
#   SURETY_RPC_PORT   where the node answers (default 9944, or any free port if that is taken)
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"
cd "$SURETY_ROOT"

once=no
case "${1:-}" in
    "") ;;
    --once) once=yes ;;
    *) echo "quickstart: unknown argument '$1' (there is only --once)" >&2 && exit 2 ;;
esac

say() { printf '\n== %s\n' "$*"; }
die() {
    printf 'quickstart: error: %s\n' "$*" >&2
    exit 1
}

say "Set-up"
scripts/toolchain.sh
# What set-up found out may change what a shell needs.
. scripts/env.sh

say "Build (about fifteen minutes the first time)"
scripts/build.sh
bin="$CARGO_TARGET_DIR/debug"

free_port() {
    python3 - 2>/dev/null <<'PY' || node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])
PY
}
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

port="${SURETY_RPC_PORT:-9944}"
if taken "$port"; then
    [ -z "${SURETY_RPC_PORT:-}" ] || die "something else answers on port $port"
    port="$(free_port)"
fi
metrics="$(free_port)"
data="$(mktemp -d)"
log="$data/node.log"

say "A development chain: surety-node --dev, log in $log"
"$bin/surety-node" --dev --base-path "$data/chain" --rpc-port "$port" --prometheus-port "$metrics" \
    --port "$(free_port)" >"$log" 2>&1 &
node=$!
stop_node() {
    if kill -0 "$node" 2>/dev/null; then
        kill -TERM "$node" 2>/dev/null || true
        wait "$node" 2>/dev/null || true
    fi
}
clean_up() {
    stop_node
    rm -rf "$data"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

rpc() { # method: its result
    curl --silent --max-time 5 -H 'content-type: application/json' \
        -d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"$1\",\"params\":[]}" "http://127.0.0.1:$port" | jq -r "$2"
}
final=0
for _ in $(seq 120); do
    kill -0 "$node" 2>/dev/null || { tail -n 20 "$log" >&2; die "the node stopped"; }
    hash="$(rpc chain_getFinalizedHead .result 2>/dev/null || true)"
    if [ -n "$hash" ] && [ "$hash" != null ]; then
        final="$(curl --silent --max-time 5 -H 'content-type: application/json' \
            -d "{\"id\":1,\"jsonrpc\":\"2.0\",\"method\":\"chain_getHeader\",\"params\":[\"$hash\"]}" \
            "http://127.0.0.1:$port" | jq -r .result.number)"
        [ "$((final))" -lt 1 ] || break
    fi
    sleep 1
done
[ "$((final))" -ge 1 ] || { tail -n 20 "$log" >&2; die "no block was final within two minutes"; }
echo "health:     $(rpc system_health '.result | tojson')"
echo "finalised:  block $((final))"

say "The main job, with the surety command line"
scripts/demo.sh --url "ws://127.0.0.1:$port" --bin-dir "$bin"

if [ "$once" = yes ]; then
    say "Stopping the node and checking the state it leaves"
    stop_node
    "$bin/surety-node" check-state --dev --base-path "$data/chain" 2>"$data/check.log" || {
        tail -n 5 "$data/check.log" >&2
        die "the state is broken"
    }
    echo "quickstart: every step did what it said"
    exit 0
fi

say "The node is left running"
cat <<TEXT
Open it in polkadot.js:   https://polkadot.js.org/apps/?rpc=ws://127.0.0.1:$port
Ask it yourself:          $bin/surety --url ws://127.0.0.1:$port chain status
Metrics:                  http://127.0.0.1:$metrics/metrics
Log:                      $log
Stop it:                  Ctrl-C here; its data goes with it
TEXT
wait "$node" || die "the node stopped: $(tail -n 3 "$log")"
