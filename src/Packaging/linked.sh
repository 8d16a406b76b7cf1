#!/usr/bin/env bash
# linked.sh RID FILE: what is linked into that file beside locald itself, a line for each: NAME VERSION LICENCE PURL, parted by tabs.
# Asked of the file, of the link's own list of inputs, and of the packages they came from; never of the machine at large.
set -euo pipefail
. src/Packaging/common.sh
rid=$1 file=$2

component() { (IFS=$'\t' && printf '%s\n' "$*"); }

# found PATTERN: the first text in the file that looks like it
found() { grep -aoEm1 "$1" "$file" | head -n 1 || true; }

runtime=$(basename "$(runtime_pack "$rid")")
component ".NET runtime" "$runtime" MIT "pkg:nuget/Microsoft.NETCore.App.Runtime.NativeAOT.$rid@$runtime"

# The runtime's own libraries, where they are in.
zlib=$(found '[0-9.]+\.zlib-ng')
[ -z "$zlib" ] || component zlib-ng "$zlib" Zlib "pkg:github/zlib-ng/zlib-ng"
# The first words of brotli's dictionary.
if grep -aq timedownlifeleftback "$file"; then die "brotli is linked in, which THIRD-PARTY-NOTICES does not name"; fi

[ "${rid%%-*}" = linux ] || exit 0

# package NAME: source package and version, of this machine or of the folder that stood for another
sysroot=artifacts/sysroot-arm64
[ "$rid" = linux-arm64 ] && [ "$(uname -m)" != aarch64 ] || sysroot=
package() {
    if [ -n "$sysroot" ]; then
        awk -v name="$1" '$1 == name { print $2, $3 }' "$sysroot/packages"
    else
        dpkg-query -W -f '${source:Package} ${source:Version}\n' "$1" | head -n 1
    fi
}
command -v dpkg-query >/dev/null || die "what was linked in is asked of Debian's packages" "a Debian machine or container"
# shellcheck disable=SC1091
system=$(. /etc/os-release && printf '%s' "$ID")
purl() { printf 'pkg:deb/%s/%s@%s?arch=source' "$system" "$1" "${2//+/%2B}"; }

gcc=$(clang --target="$([ "$rid" = linux-arm64 ] && echo aarch64 || echo x86_64)-linux-gnu" ${sysroot:+--sysroot="$sysroot"} -print-libgcc-file-name)
openssl=$(found 'OpenSSL [0-9]+\.[0-9]+\.[0-9]+[a-z]* [0-9]+ [A-Z][a-z]+ 20[0-9]+' | cut -d' ' -f2)
[ -n "$openssl" ] || die "$file holds no OpenSSL"
parts="OpenSSL Apache-2.0 libssl-dev
glibc LGPL-2.1-or-later libc6-dev
libgcc GPL-3.0-or-later_WITH_GCC-exception-3.1 libgcc-$(basename "$(dirname "$gcc")")-dev"
# Some distributions' OpenSSL brings it; the sentence is one of its errors.
! grep -aqF "Restored data doesn't match checksum" "$file" || parts+="
zstd BSD-3-Clause libzstd-dev"
while read -r name licence from; do
    read -r source release < <(package "$from") || die "nothing says which $from was linked in"
    # OpenSSL is asked itself, since a security fix counts there.
    [ "$name" != OpenSSL ] || [[ $release == "$openssl"-* ]] || die "$file holds OpenSSL $openssl, and the package is $release" "./build.sh publish $rid"
    component "$name" "$release" "$licence" "$(purl "$source" "$release")"
done <<<"$parts"
