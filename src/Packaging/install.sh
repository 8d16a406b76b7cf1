#!/bin/sh
# Puts locald @VERSION@ under a prefix, and takes it away again. Made for one release: it knows the sums of that release's files,
# and installs nothing else. For any sh; needs tar and gzip, and curl or wget where it downloads.
# The functions alone do nothing; the last lines call them, so that half a download does nothing at all.
set -eu

version='@VERSION@'
source='@SITE@/releases/download/v@VERSION@'
# ARCHIVE SHA-256
sums='@SUMS@'

usage() {
    cat <<'TEXT'
usage: sh install.sh [--prefix DIR] [--archive FILE] [--uninstall]

  --prefix DIR    where bin/, share/man/ and the like are (default ~/.local); root is asked for by sudo where it must be
  --archive FILE  this release's archive, already here: nothing is downloaded
  --uninstall     take away what was installed under the prefix, and nothing else
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() {
    say "locald: $task failed: $1"
    shift
    for hint; do say "  try: $hint"; done
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# sum_of FILE
sum_of() {
    if has sha256sum; then
        sha256sum <"$1" | cut -d' ' -f1
    elif has shasum; then
        shasum -a 256 <"$1" | cut -d' ' -f1
    elif has openssl; then
        openssl dgst -sha256 <"$1" | sed 's/.*= *//'
    else
        die "there is nothing to verify the archive with: neither sha256sum nor shasum nor openssl"
    fi
}

# fetch URL FILE: over https alone
fetch() {
    if has curl; then
        curl --proto '=https' --proto-redir '=https' --tlsv1.2 -fsSL --connect-timeout 30 --speed-time 60 --speed-limit 100 --retry 3 -o "$2" "$1"
    elif has wget; then
        # busybox's knows no such option; the sum decides in any case.
        if wget --help 2>&1 | grep -q -- --secure-protocol; then set -- "$1" "$2" --secure-protocol=TLSv1_2; fi
        address=$1 to=$2
        shift 2
        wget -q "$@" -O "$to" "$address"
    else
        die "there is neither curl nor wget to download it with" "download $1 in another way, then: sh install.sh --archive FILE"
    fi
}

# Sets archive to the name of this machine's.
find_archive() {
    case "$(uname -s)" in
        Linux) kind=linux ;;
        Darwin) kind=osx ;;
        *) die "there is no locald for $(uname -s) here" "install.ps1 of the same release, on Windows" ;;
    esac
    case "$(uname -m)" in
        x86_64 | amd64) kind=$kind-x64 ;;
        aarch64 | arm64) kind=$kind-arm64 ;;
        *) die "there is no locald for $(uname -m)" ;;
    esac
    # A shell that Rosetta translates says x86_64.
    if [ "$kind" = osx-x64 ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" = 1 ]; then kind=osx-arm64; fi
    archive=locald-$version-$kind.tar.gz
    expected=$(printf '%s\n' "$sums" | sed -n "s/^$archive //p")
    [ -n "$expected" ] || die "release $version has no $archive"
}

# Sets owner to sudo where the prefix is not ours to write to, else to nothing.
find_owner() {
    owner='' there=$prefix
    while [ ! -e "$there" ]; do there=$(dirname "$there"); done
    [ -d "$there" ] || die "$there is no folder"
    for folder in "$there" "$prefix/bin" "$prefix/share"; do
        [ ! -e "$folder" ] || [ -w "$folder" ] || owner=sudo
    done
    [ -n "$owner" ] || return 0
    has sudo || die "$prefix is not writable, and there is no sudo" "sh install.sh --prefix \"\$HOME/.local\""
    say "locald: $prefix is not writable for $(id -un): sudo may ask for your password"
}

# Runs the shell script on standard input, with arguments, as whoever may write to the prefix.
as_owner() {
    # The word is left out where there is none; an empty one would be a command.
    ${owner:+"$owner"} sh -eus -- "$@"
}

# already: every file of this very release is there, unchanged
already() {
    [ -f "$prefix/$list" ] && [ "$(sed -n 's/^archive //p' "$prefix/$list")" = "$expected" ] || return 1
    while read -r word sum at; do
        [ "$word" != file ] || { [ -f "$prefix/$at" ] && [ "$(sum_of "$prefix/$at")" = "$sum" ]; } || return 1
    done <"$prefix/$list"
}

# stage FILE PLACE MODE: copies it out of the archive to where it will be under the prefix
stage() {
    [ -f "$work/locald-$version-$kind/$1" ] || die "the archive has no $1"
    mkdir -p "$(dirname "$work/new/$2")"
    mv "$work/locald-$version-$kind/$1" "$work/new/$2"
    chmod "$3" "$work/new/$2"
    printf 'file %s %s\n' "$(sum_of "$work/new/$2")" "$2" >>"$work/files"
}

# place NEW PREFIX LIST: as the owner. First everything beside its place, which may fail; then names change, which takes no space.
place() {
    as_owner "$@" <<'SCRIPT'
umask 022
new=$1 prefix=$2 list=$3
made= state=undone
undo() {
    [ "$state" = undone ] || return 0
    while read -r word sum at; do [ "$word" != file ] || rm -f "$prefix/$at.locald-new"; done <"$new.files"
    rm -f "$prefix/$list.locald-new"
    printf '%s' "$made" | sed '1!G;h;$!d' | while IFS= read -r folder; do rmdir "$folder" 2>/dev/null || true; done
}
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# folder PATH: makes it, and remembers each one that was not there
folder() {
    [ ! -d "$1" ] || return 0
    folder "$(dirname "$1")"
    mkdir "$1"
    made="$made$1
"
}
while read -r word sum at; do
    [ "$word" = file ] || continue
    folder "$(dirname "$prefix/$at")"
    cp "$new/$at" "$prefix/$at.locald-new"
    # Another umask, and a file system without modes, are not what was meant.
    if [ -x "$new/$at" ]; then chmod 755 "$prefix/$at.locald-new"; else chmod 644 "$prefix/$at.locald-new"; fi
done <"$new.files"
# Here and not in the temporary folder, from which some machines start nothing.
"$prefix/bin/locald.locald-new" version >/dev/null || {
    echo "locald: this machine does not run it" >&2
    exit 1
}
folder "$(dirname "$prefix/$list")"
{
    cat "$new.files"
    # Folders made by an older version are still ours.
    if [ -f "$prefix/$list" ]; then sed -n '/^folder /p' "$prefix/$list"; fi
    printf '%s' "$made" | sed 's/^/folder /'
} >"$prefix/$list.locald-new"

trap '' INT TERM HUP
if [ -f "$prefix/$list" ]; then
    while read -r word sum at; do
        # What the older version had and this one has not.
        if [ "$word" = file ] && ! grep -q "^file [0-9a-f]* $at\$" "$new.files"; then rm -f "$prefix/$at"; fi
    done <"$prefix/$list"
fi
while read -r word sum at; do
    # A running locald keeps its file.
    [ "$word" != file ] || mv -f "$prefix/$at.locald-new" "$prefix/$at"
done <"$new.files"
mv -f "$prefix/$list.locald-new" "$prefix/$list"
state=done
SCRIPT
}

install_it() {
    find_archive
    if already; then
        say "already: locald $version in $prefix"
        tell_path
        return
    fi
    for tool in tar gzip; do has $tool || die "$tool is missing, which unpacks the archive"; done
    work=$(mktemp -d "${TMPDIR:-/tmp}/locald-install.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    if [ -z "$file" ]; then
        file=$work/$archive
        fetch "$source/$archive" "$file" || die "$source/$archive could not be downloaded"
    fi
    [ -f "$file" ] || die "there is no file $file"
    actual=$(sum_of "$file")
    [ "$actual" = "$expected" ] || die "$file is not $archive of this release: its SHA-256 is $actual, and $expected was expected"
    gzip -dc "$file" | (cd "$work" && tar -xf -) || die "$file could not be unpacked to $work"

    printf 'version %s\narchive %s\n' "$version" "$expected" >"$work/files"
    stage locald bin/locald 755
    stage man/locald.1 share/man/man1/locald.1 644
    stage completions/locald.bash share/bash-completion/completions/locald 644
    stage completions/_locald share/zsh/site-functions/_locald 644
    stage completions/locald.fish share/fish/vendor_completions.d/locald.fish 644
    for text in LICENSE THIRD-PARTY-NOTICES README.md CHANGELOG.md locald.spdx.json; do stage "$text" "share/doc/locald/$text" 644; done
    mv "$work/files" "$work/new.files"
    find_owner
    before=$(sed -n 's/^version //p' "$prefix/$list" 2>/dev/null || true)
    place "$work/new" "$prefix" "$list" || die "$prefix could not be written; what was there is unchanged"
    if [ -n "$before" ]; then say "installed: locald $version in $prefix, in place of $before"; else say "installed: locald $version in $prefix"; fi
    tell_path
}

tell_path() {
    case ":$PATH:" in
        *":$prefix/bin:"*)
            first=$(command -v locald || true)
            [ "$first" = "$prefix/bin/locald" ] || say "locald: but '$first' comes first in PATH"
            ;;
        *)
            say "locald: $prefix/bin is not in PATH"
            case "${SHELL:-}" in
                */fish) say "  try: fish_add_path \"$prefix/bin\"" ;;
                *) say "  try: export PATH=\"$prefix/bin:\$PATH\"" ;;
            esac
            ;;
    esac
}

uninstall_it() {
    if [ ! -f "$prefix/$list" ]; then
        say "already: nothing in $prefix was installed by install.sh"
        return
    fi
    # Once the program is gone nobody takes its root out of the trust stores.
    if "$prefix/bin/locald" status --json </dev/null 2>/dev/null | grep -q '"state": "TRUSTED"'; then
        die "its root is still trusted here" "$prefix/bin/locald untrust"
    fi
    find_owner
    as_owner "$prefix" "$list" "$(
        while read -r word sum at; do
            [ "$word" = file ] && [ -f "$prefix/$at" ] || continue
            if [ "$(sum_of "$prefix/$at")" = "$sum" ]; then printf '%s\n' "$at"; else say "locald: left, since it was changed: $prefix/$at"; fi
        done <"$prefix/$list"
    )" <<'SCRIPT' || die "not everything could be taken away; run it again"
prefix=$1 list=$2 files=$3
trap '' INT TERM HUP
printf '%s\n' "$files" | while IFS= read -r file; do [ -z "$file" ] || rm -f "$prefix/$file"; done
folders=$(sed -n 's/^folder //p' "$prefix/$list" | sed '1!G;h;$!d')
rm -f "$prefix/$list"
# Those that something else is in stay.
printf '%s\n' "$folders" | while IFS= read -r folder; do rmdir "$folder" 2>/dev/null || true; done
SCRIPT
    say "removed: locald from $prefix"
    state=${LOCALD_HOME:-${XDG_DATA_HOME:-$HOME/.local/share}/locald}
    [ "$(uname -s)" != Darwin ] || state=${LOCALD_HOME:-$HOME/Library/Application Support/locald}
    [ ! -d "$state" ] || say "locald: its root and settings are still in $state"
}

main() {
    task='installation' prefix='' file='' verb=install_it list=share/doc/locald/installed
    while [ $# -gt 0 ]; do
        case "$1" in
            --prefix | --archive)
                if [ -z "${2:-}" ]; then
                    usage >&2
                    exit 2
                fi
                if [ "$1" = --prefix ]; then prefix=$2; else file=$2; fi
                shift
                ;;
            --prefix=*) prefix=${1#*=} ;;
            --archive=*) file=${1#*=} ;;
            --uninstall) verb=uninstall_it task='removal' ;;
            -h | --help)
                usage
                exit
                ;;
            *)
                usage >&2
                exit 2
                ;;
        esac
        shift
    done
    if [ -z "$prefix" ]; then
        [ -n "${HOME:-}" ] || die "HOME is not set" "sh install.sh --prefix DIR"
        prefix=$HOME/.local
    fi
    case "$prefix" in
        /*) ;;
        *) prefix=$(pwd)/$prefix ;;
    esac
    [ "$prefix" = / ] || prefix=${prefix%/}
    case "$prefix" in *'
'*) die "the prefix holds a line break" ;; esac
    $verb
}

# In one piece, or not at all.
{
    main "$@"
}
