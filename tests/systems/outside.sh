#!/bin/sh
# A system without a shell, such as an empty image: driven from outside.
#
#   outside.sh HOME COMMAND ...     COMMAND, with arguments appended, runs locald in there, in the network of this machine;
#                                   HOME is its LOCALD_HOME, as it is seen from here
set -eu

home=$1
shift
work=$(mktemp -d)
serving=
end() {
    [ -z "$serving" ] || kill "$serving" 2>/dev/null || :
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

say() { printf '%s\n' "outside: $*"; }
fail() {
    say "FAILED: $*"
    exit 1
}

# code NUMBER COMMAND ...: runs it, and holds it to its exit code
code() {
    wanted=$1
    shift
    got=0
    "$@" >"$work/out" 2>"$work/err" || got=$?
    [ "$got" = "$wanted" ] || {
        cat "$work/out" "$work/err"
        fail "exit $got, not $wanted: $*"
    }
}

fetch() {
    name=$1
    shift
    curl -sS --max-time 20 --resolve "$name:$port:127.0.0.1" "$@" "https://$name:$port/"
}

code 0 "$@" version
say "$(cat "$work/out")"
code 2 "$@" no-such-command
code 3 "$@" status

"$@" serve lost=http://no-such-host.invalid:1 --https 127.0.0.1:0 --http off >"$work/urls" 2>"$work/log" &
serving=$!
tries=0
until grep -q "^https://" "$work/urls"; do
    tries=$((tries + 1))
    if [ $tries -gt 300 ] || ! kill -0 "$serving" 2>/dev/null; then
        cat "$work/log"
        fail "it does not serve"
    fi
    sleep 0.1
done
port=$(sed -n 's/^https:[^ ]*:\([0-9]*\) .*/\1/p;q' "$work/urls")

code 0 "$@" ca --pem
cp "$work/out" "$work/root.pem"
cmp "$work/root.pem" "$home/ca/root.pem" || fail "ca --pem prints another root than the one in its folder"
code 60 fetch locald.localhost
code 0 fetch locald.localhost --cacert "$work/root.pem"
grep -q "locald is serving HTTPS" "$work/out" || fail "the page is another: $(cat "$work/out")"
code 0 fetch lost.localhost --cacert "$work/root.pem" -o /dev/null -w '%{http_code}\n'
grep -qx 502 "$work/out" || fail "the lost host's status is $(cat "$work/out")"
code 35 fetch app.example.com --cacert "$work/root.pem"

# There is no trust store here, and that is said.
code 1 "$@" trust
grep -q "locald env" "$work/err" || fail "trust does not say what to do instead"
code 0 "$@" untrust

kill "$serving"
ended=0
wait "$serving" || ended=$?
serving=
[ "$ended" = 0 ] || fail "serve ended with $ended after SIGTERM"
say "passed"
