#!/usr/bin/env bash
# smoke.sh FILE: that locald.exe starts in Wine, knows where it is and answers as it shall. What needs a key or TLS is not there: Wine
# has no elliptic curves.
set -euo pipefail
program=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
# No locald.json of a folder above is looked for further than this.
mkdir .git

# expect CODE TEXT ARGS: the exit code, and a part of what is said
expect() {
    local code=$1 text=$2 status=0
    shift 2
    timeout 120 wine "$program" "$@" </dev/null >said 2>&1 || status=$?
    if [ "$status" != "$code" ] || ! grep -qF -- "$text" said; then
        printf '%s\n' "smoke.sh: 'locald $*' ended with $status, not $code, or did not say: $text" >&2
        cat said >&2
        exit 1
    fi
}

expect 0 '"rid": "win-x64"' version --json
expect 0 'locald gives every name under .localhost real HTTPS' help
expect 2 "there is no such command" versoin
expect 1 'there is no locald.json' config check
echo '{ "routes": { "app": 3000 } }' >locald.json
expect 0 '' config check
echo '{ "routes": { "app": "no target" } }' >locald.json
expect 1 'locald.json:1:' config check
expect 3 'not running' status
expect 0 'would put it into the Root store of Windows' trust --dry-run
expect 0 'Register-ArgumentCompleter' completion powershell
