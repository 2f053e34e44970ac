#!/usr/bin/env bash
# The main job of the chain, shown with the surety command line on a running development chain: a service is created,
# backed with stake, offered by two operators, bought, paid for and left again. Each step prints its command, what came of
# it and the balances before and after, and is checked; exit 0 only if every step did what it said.
#
#   scripts/demo.sh [--url URL] [--bin-dir DIR]
#
#   --url URL       the node (default ws://127.0.0.1:9944); its chain must endow //Bob, //Charlie, //Dave, //Eve
#                   and //Ferdie, as the preset `development` does
#   --bin-dir DIR   where the program surety is (default: what scripts/build.sh built)
#
# What is told goes to stdout, progress to stderr. It can be run again on the same chain: each run creates a service of
# its own and first ends what an earlier run left behind.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=env.sh
. "$(dirname "${BASH_SOURCE[0]}")/env.sh"

url=ws://127.0.0.1:9944
bin="$CARGO_TARGET_DIR/debug"
usage() {
    echo "demo: $1 (usage: scripts/demo.sh [--url URL] [--bin-dir DIR])" >&2
    exit 2
}
while [ $# -gt 0 ]; do
    case "$1" in
        --url | --bin-dir)
            [ $# -ge 2 ] || usage "$1 needs a value"
            if [ "$1" = --url ]; then url="$2"; else bin="$2"; fi
            shift 2
            ;;
        *) usage "unknown argument '$1'" ;;
    esac
done
[ -x "$bin/surety" ] || usage "there is no program surety in '$bin': build it with scripts/build.sh"
command -v jq >/dev/null || usage "jq is needed: scripts/toolchain.sh installs it"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# Experience of the demonstration is not that of the person who runs it.
export SURETY_EXPERIENCE="$work/experience.redb"
export SURETY_URL="$url"
unset SURETY_SURI

# ---------------------------------------------------------------------------------------------------------------------
# How things are said.

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' green=$'\e[32m' plain=$'\e[0m'; else bold='' dim='' green='' plain=''; fi
steps=13
step=0
title() {
    step=$((step + 1))
    printf '\n%s%d/%d  %s%s\n' "$bold" "$step" "$steps" "$1" "$plain"
}
say() { printf '      %s\n' "$*"; }
good() { printf '      %s✓%s %s\n' "$green" "$plain" "$*"; }
progress() { printf '      … %s\n' "$*" >&2; }
die() {
    printf '\ndemo: error: %s\n' "$*" >&2
    exit 1
}
# A check that the step did what it said: what is expected, what is there, what it is about.
same() { [ "$1" = "$2" ] || die "step $step: $3: expected '$1', found '$2'"; }

# ---------------------------------------------------------------------------------------------------------------------
# The command line. Answers are JSON in $answer.

answer=''
complaint() { sed -n 's/^error: //p' "$work/progress" | head -n 1; }
ask() {
    answer="$("$bin/surety" --json "$@" 2>"$work/progress")" || die "surety $*: $(complaint)"
}
get() { jq -er "$1" <<<"$answer" || die "step $step: the answer has no $1: $answer"; }
# Shows a command as one would type it, runs it, and shows its progress.
run() {
    local shown='' word
    for word in "$@"; do
        case "$word" in *[!A-Za-z0-9_./:=@%+-]*) shown+=" '$word'" ;; *) shown+=" $word" ;; esac
    done
    printf '      %s$ surety%s%s\n' "$dim" "$shown" "$plain"
    "$bin/surety" --json "$@" 2>&1 >"$work/answer" | tee "$work/progress" | sed 's/^/      … /' >&2 ||
        die "step $step: $(complaint)"
    answer="$(<"$work/answer")"
}
# A field of the first event of a name in $answer; amounts there are in smallest units.
event() {
    jq -er --arg event "$1" --arg field "$2" \
        '[.. | objects | select(.event? == $event) | .fields[$field]] | first // empty' <<<"$answer" ||
        die "step $step: no event $1 with $2: $answer"
}

# Amounts are counted exactly. An account may hold more smallest units than bash can count, so that whole tokens and
# decimals stay apart until a difference is taken.
difference() { # minuend, subtrahend, both in whole tokens: smallest units
    local a="$1." b="$2."
    local aw="${a%%.*}" bw="${b%%.*}" af="${a#*.}" bf="${b#*.}"
    af="${af%.}000000000000" bf="${bf%.}000000000000"
    echo $(((10#$aw - 10#$bw) * 1000000000000 + 10#${af:0:12} - 10#${bf:0:12}))
}
units() { difference "$1" 0; }
tokens() { # smallest units: whole tokens, with a sign when asked for
    local n="$1" sign="${2:-}" text
    if [ "$n" -lt 0 ]; then sign=-; n=$((-n)); fi
    text="$(printf '%d.%012d' $((n / 1000000000000)) $((n % 1000000000000)))"
    text="${text%"${text##*[!0]}"}"
    printf '%s%s\n' "$sign" "${text%.}"
}

# For the eye: four decimals, cut off, and the change in brackets. What is checked is exact.
short() {
    local fraction="${1#*.}0000"
    [ "$1" != "${1%.*}" ] || fraction=0000
    printf '%s.%s' "${1%%.*}" "${fraction:0:4}"
}
change() {
    local text
    [ "$1" -ne 0 ] || { printf '(=)' && return; }
    text="$(tokens "$1" +)"
    case "$text" in *.*) printf '(%s)' "$(short "$text")" ;; *) printf '(%s)' "$text" ;; esac
}

declare -A free held staked
people=()
before() { # names: takes down what they have
    people=("$@")
    local who
    for who in "$@"; do
        ask chain balance "//$who"
        free[$who]="$(get .free)" held[$who]="$(get .held)" staked[$who]="$(get .staked)"
    done
}
declare -A gained more_held more_staked validates
# What somebody gained in free balance. Who makes blocks is paid fees of others meanwhile.
exactly() { # name, smallest units, what it is about
    if [ "${validates[$1]}" = true ] && [ "${gained[$1]}" -ge "$2" ]; then return; fi
    same "$2" "${gained[$1]}" "$3"
}
after() { # says what those of `before` have now
    local who
    for who in "${people[@]}"; do
        ask chain balance "//$who"
        gained[$who]="$(difference "$(get .free)" "${free[$who]}")"
        more_held[$who]="$(difference "$(get .held)" "${held[$who]}")"
        more_staked[$who]="$(difference "$(get .staked)" "${staked[$who]}")"
        printf '      %-8s free %s → %s %-12s   held %s → %s %s' "$who" \
            "$(short "${free[$who]}")" "$(short "$(get .free)")" "$(change "${gained[$who]}")" \
            "$(short "${held[$who]}")" "$(short "$(get .held)")" "$(change "${more_held[$who]}")"
        [ "${staked[$who]}" = 0 ] && [ "${more_staked[$who]}" -eq 0 ] ||
            printf '   staked %s → %s %s' "${staked[$who]}" "$(get .staked)" "$(change "${more_staked[$who]}")"
        printf '\n'
    done
}
held_for() { # name, reason of the hold: what is held of the account for it, in whole tokens
    ask chain balance "//$1"
    jq -r --arg reason "$2" '[.holds[] | select(.reason == $reason) | .amount] | first // "0"' <<<"$answer"
}
fee() { units "$(jq -r .fee <<<"$1")"; }

height() {
    ask chain status
    get .best_number
}
wait_for() { # block, why
    local now deadline shown=0
    now="$(height)"
    deadline=$((SECONDS + 60 + 3 * ($1 > now ? $1 - now : 0) * slot_ms / 1000))
    while [ "$now" -lt "$1" ]; do
        [ "$SECONDS" -lt "$deadline" ] || die "step $step: block $1 does not come; the chain stands at $now"
        [ "$shown" = "$now" ] || progress "block $now; $2 at block $1"
        shown="$now"
        sleep 0.5
        now="$(height)"
    done
}
name_of() { # address: the name it goes by here
    local who
    for who in Bob Charlie Dave Eve Ferdie; do
        [ "${address[$who]}" != "$1" ] || echo "$who"
    done
}
operator_status() { # name: active, paused, leaving, or nothing; who has left may still have stake
    "$bin/surety" --json operator status "//$1" 2>/dev/null | jq -r '.status | select(. != "left")' || true
}
of_stake() { # name, filter: of the operator's native stake; nothing where it has none
    "$bin/surety" --json operator status "//$1" 2>/dev/null | jq -r ".stake[] | select(.asset == \"native\") | $2" || true
}
all_parts=1000000

# ---------------------------------------------------------------------------------------------------------------------

"$bin/surety" --json chain status >"$work/answer" 2>"$work/progress" || die "$(complaint)"
answer="$(<"$work/answer")"
token="$(get .token_symbol)"
slot_ms="$(get .windows.consensus.slot_ms)"
activation="$(get .windows.stake.activation)"
unbonding="$(get .windows.stake.unbonding)"
report="$(get .windows.stake.report)"
[ $((unbonding * slot_ms)) -le 1800000 ] ||
    die "unbonding takes $((unbonding * slot_ms / 60000)) minutes on this chain: use a development chain"
declare -A address
for who in Bob Charlie Dave Eve Ferdie; do
    ask keys inspect "//$who"
    address[$who]="$(get .address)"
    ask validator status "//$who"
    validates[$who]="$(jq .validating <<<"$answer")"
done

cat <<TEXT
A market in thirteen steps, on "$(jq -r .chain <<<"$(<"$work/answer")")" at $url.
Eve puts a service into the catalogue, Bob and Charlie sell it, Ferdie backs Bob with stake, Dave buys. (Alice makes
the blocks.) Amounts are in $token, balances shown with four decimals and checked to the last of twelve. "Held" is money
that is still the account's but cannot be spent, "staked" what it has put up behind an operator; what else is missing went
into the fee of the transaction.
TEXT

# What an earlier run left behind.
for who in Bob Charlie; do
    case "$(operator_status "$who")" in
        leaving)
            say "$who is still leaving from an earlier run; waiting for that."
            run --suri "//$who" operator leave --wait-until-done
            ;;
        paused) run --suri "//$who" operator resume ;;
    esac
    if [ -n "$(operator_status "$who")" ]; then
        ask --suri "//$who" operator close-subscriptions
        ask operator status "//$who"
        for old in $(jq -r '.offers[] | select(.state == "open" or .state == "paused") | .service' <<<"$answer"); do
            say "$who still offers service $old of an earlier run; closing that."
            run --suri "//$who" operator close --service "$old"
        done
        ask operator status "//$who"
        until="$(jq '[.offers[].until] | max // 0' <<<"$answer")"
        if [ "$until" -gt 0 ]; then
            wait_for "$until" "the last clients of $who are served"
            run --suri "//$who" operator close-subscriptions
        fi
    fi
    # Stake that backed an earlier run's service still answers for that time.
    for old in $(of_stake "$who" '[.allocations[] | select(.until_era == null) | .service] | unique | .[]'); do
        say "The stake of $who still backs service $old of an earlier run; taking it away from there."
        run --suri "//$who" operator deallocate --service "$old" --all
    done
    deadline=$((SECONDS + 60 + 6 * report * slot_ms / 1000))
    while free_parts="$(of_stake "$who" .free_parts)" && [ "${free_parts:-$all_parts}" -lt "$all_parts" ]; do
        [ "$SECONDS" -lt "$deadline" ] || die "the stake of $who does not become free"
        progress "the stake of $who is not all free yet"
        sleep 3
    done
done

asked=200
title "Eve creates a service; whoever offers it needs $asked $token of stake behind it"
before Eve
run --suri //Eve operator service-create --name "demo storage" --min-bond 100 --security "$asked" --stateless
created="$answer"
service="$(get .service)"
deposit="$(event ServiceCreated deposit)"
after
same "$deposit" "${more_held[Eve]}" "Eve's deposit is held"
exactly Eve $((-deposit - $(fee "$created"))) "Eve paid deposit and fee, and nothing else"
ask client services
same "demo storage" "$(get ".[] | select(.id == $service) | .name")" "the service is in the catalogue"
good "service $service is in the catalogue; a deposit of $(tokens "$deposit") pays for its place and comes back when it is removed"

title "Bob and Charlie become operators"
before Bob Charlie
joining=()
for who in Bob Charlie; do
    if [ -n "$(operator_status "$who")" ]; then
        say "$who is an operator already."
    else
        run --suri "//$who" operator join --metadata "$who, storage by the block"
        joining+=("$who:$(event OperatorJoined deposit):$(fee "$answer")")
    fi
    same active "$(operator_status "$who")" "$who is an operator"
done
after
for joined in ${joining[@]+"${joining[@]}"}; do
    IFS=: read -r who deposit cost <<<"$joined"
    same "$deposit" "${more_held[$who]}" "$who's deposit is held"
    exactly "$who" $((-deposit - cost)) "$who paid deposit and fee, and nothing else"
done
good "both can stake, and make offers"

title "They stake on themselves, and put all of it behind the service"
counts_from=0
stake() { # name, own stake that it shall have
    local own more made
    own="$(of_stake "$1" .own)"
    more="$(difference "$2" "${own:-0}")"
    before "$1"
    if [ "$more" -gt 0 ]; then
        run --suri "//$1" operator stake --amount "$(tokens "$more")"
        made="$answer"
        counts_from="$(event Staked active_from)"
        after
        same "$more" "${more_staked[$1]}" "$1's stake"
        exactly "$1" $((-more - more_held[$1] - $(fee "$made"))) "$1 paid stake, deposits and fee, and nothing else"
    else
        say "$1 has $own $token at stake already."
    fi
    run --suri "//$1" operator allocate --service "$service" --share 100%
    same "$all_parts" "$(event Allocated parts)" "parts of $1's stake for the service"
    counts_from="$(event Allocated active_from)"
}
stake Bob 120
stake Charlie 250
good "a slash for this service could take of it; the deposits held pay for the records"

title "Bob alone has too little; Ferdie backs him"
terms=(--bandwidth-kbps 10000 --uptime 99.9 --capacity 5)
total="$(of_stake Bob .bonded)"
if [ "$(units "$total")" -lt "$(units "$asked")" ]; then
    if refusal="$("$bin/surety" --suri //Bob operator offer --service "$service" --latency-ms 80 "${terms[@]}" \
        --price 1/10 --bond 100 2>&1 >/dev/null)"; then
        die "step $step: an offer was made with less stake than the service asks for"
    fi
    case "$refusal" in *SecurityTooSmall*) ;; *) die "step $step: unexpected refusal: $refusal" ;; esac
    good "an offer of Bob's is refused:"
    say "  $(sed -n '/^error: /p' <<<"$refusal")"
fi
before Ferdie
run --suri //Ferdie delegator stake --operator //Bob --amount 100
delegated="$answer"
counts_from="$(event Staked active_from)"
after
same "$(units 100)" "${more_staked[Ferdie]}" "Ferdie's stake"
exactly Ferdie $((-$(units 100) - more_held[Ferdie] - $(fee "$delegated"))) "Ferdie paid stake, deposit and fee, and nothing else"
same $(($(units "$total") + $(units 100))) "$(units "$(of_stake Bob .bonded)")" "all stake on Bob"
good "Ferdie's 100 $token back Bob's promises with Bob's own, and share his slashes"

title "They offer the service, each with a bond of their own stake behind the promise"
active_from=0
offer() { # name, latency, price, bond
    before "$1"
    run --suri "//$1" operator offer --service "$service" --latency-ms "$2" "${terms[@]}" \
        --price "$3" --bond "$4" --metadata "https://$1.example"
    local made="$answer" deposit
    deposit="$(event OfferMade deposit)"
    active_from="$(event OfferMade active_from)"
    same "$(units "$4")" "$(event OfferMade bond)" "$1's bond"
    after
    same "$deposit" "${more_held[$1]}" "$1's deposit is held"
    exactly "$1" $((-deposit - $(fee "$made"))) "$1 paid deposit and fee, and nothing else: the bond is staked already"
}
offer Bob 80 1/10 100
offer Charlie 40 1.2/10 150
if "$bin/surety" --suri //Bob operator unstake --all >/dev/null 2>"$work/progress"; then
    die "step $step: a bond could be taken back under an offer"
fi
case "$(complaint)" in *StakeReserved*) ;; *) die "step $step: unexpected refusal: $(complaint)" ;; esac
good "bonds of 100 and 150 $token stay behind the offers; taking them back is refused"

title "An offer takes clients after $activation blocks, and once its stake counts: in the next era"
wait_for "$active_from" "the offers become active"
ask chain status
[ "$(get .era.number)" -ge "$counts_from" ] || wait_for "$(get .era.end)" "era $counts_from begins"
run client offers --service "$service" --accepting
same 2 "$(get length)" "offers that take clients"
jq -r '.[] | "\(.operator) \(.price.amount) \(.price.period) \(.latency_ms) \(.bond) \(.stake)"' <<<"$answer" |
    while read -r who amount period latency bond stake; do
        say "$(printf '%-8s %s %s for %s blocks, %s ms, %s %s at stake, %s of it the bond' "$(name_of "$who")" "$amount" "$token" "$period" "$latency" "$stake" "$token" "$bond")"
    done
good "both offers take clients"

title "Dave asks whom to take"
run client recommend --service "$service" --seed "demo $service" --explain
same 1 "$(get '[.recommended[] | select(.picked)] | length')" "one offer is recommended"
same true "$(get '[.recommended[].probability] | add > 0.999 and add < 1.001')" "the probabilities add up to one"
printf '      %-8s %10s %8s %8s %8s %12s\n' "" experience price stake chance probability
jq -r '.recommended[] | "\(.operator) \(.terms.experience) \(.terms.price) \(.terms.stake) \(.terms.chance) \(.probability * 100)"' <<<"$answer" |
    while read -r who experience price stake chance probability; do
        LC_ALL=C printf '      %-8s %10.3f %8.3f %8.3f %8.3f %11.1f%%\n' "$(name_of "$who")" "$experience" "$price" "$stake" "$chance" "$probability"
    done
chosen="$(name_of "$(get '.recommended[] | select(.picked) | .operator')")"
picked_price="$(get '.recommended[] | select(.picked) | .price.amount')"
period="$(get '.recommended[] | select(.picked) | .price.period')"
run client sample --service "$service" --seed "demo $service" --picks 2
same true "$(get .agrees)" "the chain's own draw, computed again here"
good "$chosen it is. Who trusts no one takes the chain's draw by stake, which was just recomputed here and agrees."

title "Dave subscribes to $chosen and pays ahead"
before Dave
run --suri //Dave client subscribe --operator "//$chosen" --service "$service" --prepaid 12 --max-price 2/10
subscribed="$answer"
subscription="$(get .subscription)"
started="$(get .block_number)"
place="$(event Subscribed deposit)"
after
same $((place + $(units 12))) "${more_held[Dave]}" "prepayment and deposit are held"
exactly Dave $((-place - $(units 12) - $(fee "$subscribed"))) "Dave paid prepayment, deposit and fee, and nothing else"
same 12 "$(held_for Dave Subscriptions.Prepaid)" "what is held of Dave as prepayment"
ask client subscriptions --account //Dave
same "${address[$chosen]}" "$(get ".[] | select(.id == $subscription) | .operator")" "the subscription's operator"
good "subscription $subscription: the 12 $token are still Dave's, and stream to $chosen at $picked_price $token per $period blocks"

title "A period of $period blocks passes"
wait_for $((started + period)) "the first period is over"
ask client subscriptions --account //Dave
claimable="$(get ".[] | select(.id == $subscription) | .claimable")"
[ "$(units "$claimable")" -ge "$(units "$picked_price")" ] || die "step $step: only $claimable has accrued"
good "$chosen has earned $claimable $token so far. Nobody had to do anything for it."

title "$chosen claims what it has earned"
before "$chosen" Dave
run --suri "//$chosen" operator claim "$subscription"
claimed="$answer"
amount="$(event Claimed amount)"
claimed_at="$(get .block_number)"
after
same $(($(units "$picked_price") * (claimed_at - started) / period)) "$amount" "the price of $((claimed_at - started)) blocks"
exactly "$chosen" $((amount - $(fee "$claimed"))) "$chosen got the claim less the fee"
same $((-amount)) "${more_held[Dave]}" "the claim came out of Dave's prepayment"
exactly Dave 0 "Dave's free balance is untouched"
good "$((claimed_at - started)) blocks at $picked_price / $period: $(tokens "$amount") $token"

title "Dave notes how it went, and cancels"
run client experience record --operator "//$chosen" --service "$service" --ok --latency-ms 35
before "$chosen" Dave
run --suri //Dave client cancel "$subscription"
cancelled="$answer"
paid="$(event Cancelled paid)"
refunded="$(event Cancelled refunded)"
after
same "$(units 12)" $((amount + paid + refunded)) "claimed, paid at the end and refunded make what was paid in"
exactly "$chosen" "$paid" "$chosen got what was owed up to the last block"
exactly Dave $((refunded + place - $(fee "$cancelled"))) "Dave got the rest and the deposit, less the fee"
same 0 "$(held_for Dave Subscriptions.Prepaid)" "what is held of Dave as prepayment"
if refusal="$("$bin/surety" --suri //Dave client cancel "$subscription" 2>&1 >/dev/null)"; then
    die "step $step: a subscription could be cancelled twice"
fi
case "$refusal" in *SubscriptionNotFound*) ;; *) die "step $step: unexpected refusal: $refusal" ;; esac
good "paid $(tokens "$paid"), refunded $(tokens "$refunded"), deposit back. Cancelling twice is refused:"
say "  $refusal"

title "Ferdie takes his stake back, and Bob leaves with his; both wait out the $unbonding blocks of unbonding"
ask operator status //Bob
same active "$(get .status)" "Bob's status"
own="$(of_stake Bob .own)"
before Bob Ferdie
records=(Registry.OfferDeposit Registry.OperatorDeposit Restaking.LedgerDeposit Restaking.PositionDeposit)
deposits=0
for reason in "${records[@]}"; do deposits=$((deposits + $(units "$(held_for Bob "$reason")"))); done
run --suri //Ferdie delegator unstake --operator //Bob --all
unstaked="$answer"
amount="$(event Unbonding amount)"
returned="$(event Unbonding returned)"
run --suri //Bob operator exit --wait-until-done
left="$answer"
same true "$(get .done)" "Bob has left, and has his stake back"
run --suri //Ferdie delegator withdraw --operator //Bob
withdrawn="$(event Withdrawn amount)"
[ "$withdrawn" -ge "$amount" ] || die "step $step: Ferdie got $(tokens "$withdrawn") of $(tokens "$amount") back"
ferdies=$(($(fee "$unstaked") + $(units "$(get '.transactions[0].fee')")))
fees=0
for cost in $(jq -r '.transactions[].fee' <<<"$left"); do fees=$((fees + $(units "$cost"))); done
after
exactly Ferdie $((returned + withdrawn - more_held[Ferdie] - ferdies)) "Ferdie got stake and deposit back, less the fees"
# The deposit for the record of all stake on Bob stays as long as somebody else has some.
kept="$(units "$(held_for Bob Restaking.LedgerDeposit)")"
exactly Bob $(($(units "$own") + deposits - kept - fees)) "Bob got stake and deposits back, less the fees"
for reason in "${records[@]}"; do
    [ "$reason" = Restaking.LedgerDeposit ] || same 0 "$(held_for Bob "$reason")" "what is held of Bob as $reason"
done
same "" "$(operator_status Bob)" "Bob is no operator any more"
good "Bob's $own of stake and $(tokens $((deposits - kept))) of deposits are back, and Ferdie's $(tokens "$withdrawn"); Bob's fees were $(tokens "$fees")"

title "What is left"
run client offers --service "$service"
same 1 "$(get length)" "offers of the service"
same "${address[Charlie]}" "$(get '.[0].operator')" "the operator that stays"
good "Charlie still offers service $service: try  surety --suri //Ferdie client subscribe --operator //Charlie --service $service --blocks 20"
printf '\n%sEvery step did what it said.%s\n' "$bold" "$plain"
