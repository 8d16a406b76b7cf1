#!/usr/bin/env bash
# What a link for another processor needs of that processor's Debian: the C library, the compiler's start files and OpenSSL, as a
# folder. From this machine's own apt sources, in a state that is apt's for this alone: dpkg knows nothing of it, and nobody need be root.
set -euo pipefail

if [ $# != 2 ]; then
    echo "usage: sysroot.sh ARCHITECTURE FOLDER    (Debian's name for it: arm64)" >&2
    exit 2
fi
architecture=$1 folder=$2

say() { printf '%s\n' "$*" >&2; }
die() {
    say "sysroot.sh: $1"
    shift
    for hint; do say "  try: $hint"; done
    exit 1
}

for tool in apt-get apt-cache dpkg-deb dpkg-query; do
    command -v "$tool" >/dev/null || die "$tool is missing: what is linked in for $architecture comes from Debian's packages" \
        "a Debian machine or container" "./build.sh publish on a machine with that processor"
done

# It is as old as this machine's own: where one of these was updated, so is the other processor's.
made_from() {
    cksum <"${BASH_SOURCE[0]}"
    dpkg-query -W -f '${Package} ${Version}\n' libc6-dev libssl-dev 2>/dev/null || true
}
stamp=$folder/made-from
if [ -f "$stamp" ] && [ "$(made_from)" = "$(cat "$stamp")" ]; then exit; fi

say "sysroot.sh: fetching the C library and OpenSSL for $architecture"
# Under another name until it is whole.
new=$folder.new
rm -rf "$folder" "$new"
mkdir -p "$new/apt/lists/partial" "$new/apt/cache/archives/partial" "$new/usr/lib" "$new/usr/lib64"
new=$(cd "$new" && pwd)
: >"$new/apt/status"
log=$new/apt/log
cat >"$new/apt/conf" <<TEXT
APT { Architecture "$architecture"; Architectures { "$architecture"; }; };
# Its own user may not enter a private folder.
APT::Sandbox::User "root";
Acquire::Languages "none";
Dir::State "$new/apt";
Dir::State::status "$new/apt/status";
Dir::Cache "$new/apt/cache";
TEXT
export APT_CONFIG=$new/apt/conf

failed() {
    cat "$log" >&2
    local hints=("apt-get update && apt-get upgrade, if the machine's own apt fails too")
    # shellcheck disable=SC1091
    case " $(. /etc/os-release 2>/dev/null && echo "${ID:-} ${ID_LIKE:-}") " in
        *" ubuntu "*) hints=(
            "a Debian machine or container: Ubuntu has a separate archive for $architecture, its ports, and only this machine's own sources are asked"
            "add Ubuntu's ports archive to /etc/apt/sources.list.d, with Architectures: $architecture") ;;
    esac
    die "this machine's apt sources do not give $1 for $architecture; the log is above" "${hints[@]}"
}

# One source among many may fail, or have nothing for this processor: what is needed decides.
apt-get update >"$log" 2>&1 </dev/null || true
# The compiler's part has its version in its name; the newest is as good as any.
gcc=$(apt-cache pkgnames libgcc- 2>>"$log" | grep -x 'libgcc-[0-9]*-dev' | sort -V | tail -n 1) || failed libgcc-dev
(cd "$new/apt" && apt-get download libc6 libc6-dev linux-libc-dev libgcc-s1 "$gcc" libssl-dev libzstd-dev zlib1g-dev >>"$log" 2>&1 </dev/null) || failed "libc6-dev, $gcc, libssl-dev, libzstd-dev and zlib1g-dev"

# As on every Debian since 12, whose linker scripts say /lib where a package may say /usr/lib.
ln -s usr/lib "$new/lib"
ln -s usr/lib64 "$new/lib64"
# What a release says was linked in: package, source package and its version.
# shellcheck disable=SC2016 # dpkg-deb expands them
for package in "$new"/apt/*.deb; do
    dpkg-deb --show --showformat='${Package} ${source:Package} ${source:Version}\n' "$package" >>"$new/packages"
    dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink --no-same-owner --exclude='./usr/share/*' -C "$new"
done
# An absolute link would lead into this machine.
find "$new" -type l -lname '/*' -print0 | while IFS= read -r -d '' link; do ln -sfnr "$new$(readlink "$link")" "$link"; done
rm -rf "$new/apt"
made_from >"$new/made-from"
mv "$new" "$folder"
