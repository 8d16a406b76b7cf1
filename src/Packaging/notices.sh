#!/usr/bin/env bash
# notices.sh RID LINKED: THIRD-PARTY-NOTICES on standard output; LINKED is what linked.sh printed.
set -euo pipefail
. src/Packaging/common.sh
rid=$1 linked=$2

# chapter TITLE: a line that parts
chapter() { printf '\n\n%s\n%s\n\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' =)"; }

cat <<TEXT
locald $version ($rid) is under the MIT licence; see LICENSE.
The program holds, linked into one file, these works of others:

$(awk -F'\t' '{ gsub("_", " ", $3); printf "  %-14s %-24s %s\n", $1, $2, $3 }' "$linked")
TEXT

if [ "${rid%%-*}" = linux ]; then
    # shellcheck disable=SC1091
    system=$(. /etc/os-release && printf '%s' "$NAME")
    source_package() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$linked"; }
    cat <<TEXT

Compressed inside it, and started for one database at a time, lies locald-nss: a second program of locald's own source, with the
same .NET runtime, which uses the C library and the libnss3 of the machine it runs on.

The GNU C Library is free software under the LGPL, version 2.1 or later. You may change it and link locald again with your own:
locald's whole source is at $site${commit:+, commit $commit};
./build.sh publish links it with the libc.a of the machine that it runs on. The library's own source is the unchanged source package
glibc $(source_package glibc) of $system: there, apt-get source glibc=$(source_package glibc).
Who got this program from a release of locald may ask for that source there, for three years from the release.
You may modify the program for your own use, and take it apart to debug such a change.
TEXT
    chapter "OpenSSL: Apache License 2.0"
    printf 'Copyright 1995-2026 The OpenSSL Project Authors. Copyright 1995-1998 Eric A. Young, Tim J. Hudson. All rights reserved.\n\n'
    cat src/Packaging/licenses/Apache-2.0.txt
    if grep -q "^zstd" "$linked"; then
        chapter "zstd: BSD licence"
        cat src/Packaging/licenses/zstd.txt
    fi
    chapter "The GNU C Library: its notices"
    cat src/Packaging/licenses/glibc.txt
    chapter "The GNU C Library: GNU Lesser General Public License 2.1"
    cat src/Packaging/licenses/LGPL-2.1.txt
    chapter "libgcc: GNU General Public License 3 or later, with this exception"
    printf 'Copyright (C) Free Software Foundation, Inc.\n\n'
    cat src/Packaging/licenses/GCC-exception-3.1.txt
fi

# The runtime's package brings its own, zlib-ng's among them.
runtime=$(runtime_pack "$rid")
chapter "The .NET runtime: MIT licence"
tr -d '\r' <"$runtime/LICENSE.TXT"
chapter "The .NET runtime: what it contains"
tr -d '\r' <"$runtime/THIRD-PARTY-NOTICES.TXT"
