#!/usr/bin/env bash
# deb.sh RID CONTENT FOLDER: a Debian package of an unpacked archive, into the folder. It brings files and runs nothing.
# lintian says embedded-library, shared-library-is-executable and shared-library-lacks-prerequisites: so a static-pie file looks to it.
set -euo pipefail
. src/Packaging/common.sh
rid=$1 content=$2 folder=$3
command -v dpkg-deb >/dev/null || die "dpkg-deb is missing, which makes the .deb" "a Debian machine or container"
case "$rid" in
    linux-x64) architecture=amd64 ;;
    linux-arm64) architecture=arm64 ;;
esac
root=$work/root
src/Packaging/tree.sh "$content" "$root" usr/share/zsh/vendor-completions
maintainer="locald contributors <$owner@users.noreply.github.com>"

cat >"$root/usr/share/doc/locald/copyright" <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: locald
Source: $site
Comment: The program is linked statically with OpenSSL (Apache-2.0), the GNU
 C Library (LGPL-2.1+), libgcc (GPL-3+ with the GCC runtime library exception)
 and the .NET runtime (Expat). Their notices and how to link it again are in
 THIRD-PARTY-NOTICES.gz, their versions in locald.spdx.json. See also
 /usr/share/common-licenses/Apache-2.0 and /usr/share/common-licenses/LGPL-2.1

Files: *
Copyright: $(sed -n 's/^Copyright (c) //p' LICENSE)
License: Expat
$(sed -n '/^Permission/,$p' LICENSE | sed 's/^$/./; s/^/ /')
TEXT
gzip -9n >"$root/usr/share/doc/locald/changelog.gz" <<TEXT
locald ($version) unstable; urgency=medium

  * What changed is told in
    $site/blob/v$version/CHANGELOG.md

 -- $maintainer  $(at '%a, %d %b %Y %H:%M:%S +0000')
TEXT

mkdir "$root/DEBIAN"
(cd "$root" && find usr -type f | sort | xargs md5sum) >"$root/DEBIAN/md5sums"
cat >"$root/DEBIAN/control" <<TEXT
Package: locald
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Installed-Size: $(find "$root/usr" -type f -exec cat {} + | wc -c | awk '{ print int(($1 + 1023) / 1024) + 1 }')
Recommends: ca-certificates
Section: web
Priority: optional
Homepage: $site
Description: real HTTPS for every name under .localhost
 One native program that makes a certificate authority, puts it into the trust
 stores of this machine and of its browsers, and serves local applications by
 name: https://app.localhost. The authority can vouch for nothing else than
 names under .localhost.
 .
 Installing the package trusts nothing and starts nothing; 'locald trust' and
 'locald serve' do. Before it is removed, 'locald untrust' takes the authority
 out again.
TEXT
settle "$root"
# Where there are several processors xz divides its work, and the bytes differ.
DPKG_DEB_THREADS_MAX=1 dpkg-deb --root-owner-group -Zxz --build "$root" "$folder/locald_${version}_$architecture.deb" >/dev/null
