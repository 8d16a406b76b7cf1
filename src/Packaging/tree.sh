#!/usr/bin/env bash
# tree.sh CONTENT ROOT ZSH: lays an unpacked archive out as a distribution has it, under the folder ROOT. ZSH is where its zsh looks.
set -euo pipefail
. src/Packaging/common.sh
content=$1 root=$2 zsh=$3
umask 022
put() {
    mkdir -p "$(dirname "$root/$2")"
    cp "$content/$1" "$root/$2"
}
put locald usr/bin/locald
put man/locald.1 usr/share/man/man1/locald.1
put completions/locald.bash usr/share/bash-completion/completions/locald
put completions/locald.fish usr/share/fish/vendor_completions.d/locald.fish
put completions/_locald "$zsh/_locald"
put THIRD-PARTY-NOTICES usr/share/doc/locald/THIRD-PARTY-NOTICES
put locald.spdx.json usr/share/doc/locald/locald.spdx.json
gzip -9n "$root/usr/share/man/man1/locald.1" "$root/usr/share/doc/locald/THIRD-PARTY-NOTICES"
