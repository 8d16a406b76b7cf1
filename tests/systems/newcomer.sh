#!/bin/sh
# A newcomer's whole time with locald on a system, as the README tells it: the install line, trust, serve, curl, untrust, and gone again.
# Every file of the system is afterwards as it was. For a root folder of its own; needs curl and ca-certificates.
#
#   newcomer.sh INSTALLER ARCHIVE
set -eu

installer=$1 archive=$2
work=$(mktemp -d)
serving=
end() {
    [ -z "$serving" ] || kill "$serving" 2>/dev/null || :
    rm -rf "$work"
}
trap end EXIT
trap 'exit 1' HUP INT TERM

# Everything but what the kernel shows and the temporary folder.
system() {
    find / \( -path /proc -o -path /sys -o -path /dev -o -path /run -o -path /tmp \) -prune -o -type f -exec cksum {} + -o -print | sort
}

page() { curl -sS --max-time 20 --resolve "app.localhost:$port:127.0.0.1" "https://app.localhost:$port/"; }

system >"$work/before"

sh "$installer" --archive "$archive"
PATH=$HOME/.local/bin:$PATH
locald trust
mkdir "$work/site"
echo "hello from an app" >"$work/site/index.html"
locald serve "app=$work/site" --https 127.0.0.1:0 --http off --ready-file "$work/ready" &
serving=$!
tries=0
until [ -e "$work/ready" ]; do
    tries=$((tries + 1))
    [ $tries -le 300 ] && kill -0 "$serving"
    sleep 0.1
done
port=$(sed 's/.*"listens":\["https:[^"]*:\([0-9]*\)".*/\1/' "$work/ready")
[ "$(page)" = "hello from an app" ]
locald untrust
if page 2>"$work/refused"; then exit 1; fi
cat "$work/refused"
locald stop
wait "$serving"
serving=
rm -r "$HOME/.local/share/locald"
sh "$installer" --uninstall

system >"$work/after"
diff "$work/before" "$work/after"
echo "newcomer: passed, $(wc -l <"$work/before") files and folders are as they were"
