#!/bin/sh
# One system, as its user has it: trust, serve, its own curl, untrust; and what was there before is there afterwards, to the byte.
# It runs in chroots (./build.sh test), in containers and on hosts of CI (.github/workflows), on Linux as root and on macOS by sudo.
#
#   smoke.sh LOCALD [OPTION ...]     OPTIONs are trust's own: --system
#
# A macOS that lets nobody but a person at its desktop change trust is held to say so at once: SMOKE_TRUST_MAY_BE_REFUSED=1.
set -eu

locald=$1
shift

work=$(mktemp -d)
behind=""
serving=""
LOCALD_HOME=$work/state
export LOCALD_HOME
end() {
    for pid in $behind $serving; do kill "$pid" 2>/dev/null || :; done
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

say() { printf '%s\n' "smoke: $*"; }
fail() {
    say "FAILED: $*"
    exit 1
}

# code NUMBER WHAT COMMAND ...: runs it, and holds it to its exit code
code() {
    wanted=$1 what=$2
    shift 2
    got=0
    "$@" >"$work/out" 2>&1 || got=$?
    [ "$got" = "$wanted" ] || {
        cat "$work/out"
        fail "$what: exit $got, not $wanted: $*"
    }
}

# What a system keeps: each file with its content, each folder, each link; on macOS its keychain. p11-kit writes the time into Java's stores.
files() {
    if [ "$(uname -s)" = Darwin ]; then
        security find-certificate -a -Z /Library/Keychains/System.keychain | grep SHA-256 | sort
        return
    fi
    for folder in /etc /usr/local /usr/share/pki /usr/share/ca-certificates /var/lib/ca-certificates /opt "$HOME"; do
        [ ! -d "$folder" ] || find "$folder" \( -path "$work" -o -path "$HOME/.cache" \) -prune -o \
            \( -name cacerts -o -name 'java-cacerts*' \) -print -o -type f -exec cksum {} + -o -print
    done | sort
}

# listens FILE PID: waits until locald says in FILE, its ready file, where it listens, and prints the port
listens() {
    tries=0
    until [ -e "$1" ]; do
        tries=$((tries + 1))
        if [ $tries -gt 300 ] || ! kill -0 "$2" 2>/dev/null; then
            cat "$work/log" >&2
            return 1
        fi
        sleep 0.1
    done
    sed 's/.*"listens":\["https:[^"]*:\([0-9]*\)".*/\1/' "$1"
}

# fetch NAME [OPTION ...]: what the page says; curl's own exit code. An old resolver does not know .localhost.
fetch() {
    name=$1
    shift
    curl -sS --max-time 20 --resolve "$name:$port:127.0.0.1" "$@" "https://$name:$port/"
}

say "$("$locald" version) on $(uname -sm)"
"$locald" version --json
files >"$work/before"
[ -s "$work/before" ] || fail "there is nothing to compare"

# The page is a folder's, behind a second instance: a target over TLS.
mkdir "$work/site"
echo "hello from $(uname -s)" >"$work/site/index.html"
LOCALD_HOME=$work/behind "$locald" serve "app=$work/site" --https 127.0.0.1:0 --http off --ready-file "$work/ready-behind" 2>>"$work/log" &
behind=$!
port=$(listens "$work/ready-behind" "$behind") || fail "the app is not ready"
"$locald" serve "app=https://127.0.0.1:$port" lost=http://no-such-host.invalid:1 --https 127.0.0.1:0 --http off --ready-file "$work/ready" 2>>"$work/log" &
serving=$!
port=$(listens "$work/ready" "$serving") || fail "locald is not ready"

# verdict CODE WHAT: what Security.framework, and with it Safari, says of a certificate
verdict() {
    [ "$(uname -s)" = Darwin ] || return 0
    [ -e "$work/leaf.pem" ] || code 0 "a certificate in a file" "$locald" cert app --cert "$work/leaf.pem" --key "$work/leaf-key.pem"
    code "$1" "$2" security verify-cert -c "$work/leaf.pem" -p ssl -s app.localhost
}

code 60 "a client does not accept what nobody trusted" fetch app.localhost
code 3 "status tells that it is not trusted" "$locald" status --store system

trusted=0
"$locald" trust "$@" || trusted=$?
if [ "$trusted" = 5 ] && [ "${SMOKE_TRUST_MAY_BE_REFUSED:-}" = 1 ]; then
    say "this system lets no program change trust; going on with --cacert"
    code 0 "the root" "$locald" ca --pem
    cp "$work/out" "$work/root.pem"
    set -- --cacert "$work/root.pem"
else
    [ "$trusted" = 0 ] || fail "trust: exit $trusted"
    code 0 "trusting again changes nothing" "$locald" trust "$@"
    # "already" is a row's action.
    grep -q already "$work/out" || fail "the second trust did not say already"
    code 0 "status tells that it is trusted" "$locald" status --store system
    trust_options=$*
    set --
fi

[ "$trusted" != 0 ] || verdict 0 "macOS accepts a certificate"
code 0 "the page" fetch app.localhost "$@"
grep -q "^hello from" "$work/out" || fail "the page is another: $(cat "$work/out")"
code 0 "an app's host that does not exist is an answer, not an end" fetch lost.localhost "$@" -o /dev/null -w '%{http_code}\n'
grep -qx 502 "$work/out" || fail "the lost host's status is $(cat "$work/out")"
code 35 "a name outside .localhost gets no certificate" fetch app.example.com "$@"

if [ "$trusted" = 0 ]; then
    # shellcheck disable=SC2086 # options have no spaces
    "$locald" untrust $trust_options
    verdict 1 "macOS does not accept it any more"
    code 60 "a client does not accept what is not trusted any more" fetch app.localhost
    code 3 "status tells that it is not trusted any more" "$locald" status --store system
fi

for pid in $serving $behind; do
    kill "$pid"
    ended=0
    wait "$pid" || ended=$?
    [ "$ended" = 0 ] || fail "serve ended with $ended after SIGTERM"
done
behind=""
serving=""

files >"$work/after"
diff "$work/before" "$work/after" || fail "these are not as they were"
say "passed"
