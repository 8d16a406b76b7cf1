#!/usr/bin/env bash
# rpm.sh RID CONTENT FOLDER: an RPM package of an unpacked archive, into the folder. It brings files and runs nothing.
set -euo pipefail
. src/Packaging/common.sh
rid=$1 content=$2 folder=$3
command -v rpmbuild >/dev/null || die "rpmbuild is missing, which makes the .rpm" "apt-get install rpm"
case "$rid" in
    linux-x64) architecture=x86_64 ;;
    linux-arm64) architecture=aarch64 ;;
esac
root=$work/root
src/Packaging/tree.sh "$content" "$root" usr/share/zsh/site-functions
mkdir -p "$root/usr/share/licenses/locald"
cp LICENSE "$root/usr/share/licenses/locald/LICENSE"
settle "$root"

cat >"$work/locald.spec" <<TEXT
# The file is finished: nothing is to be stripped, compressed or looked into.
%global debug_package %{nil}
%global __os_install_post %{nil}
%global _build_id_links none
%global _buildhost localhost
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _binary_payload w6.xzdio
Name: locald
Version: $version
Release: 1
Summary: Real HTTPS for every name under .localhost
License: $(sed -n 's/^ *"licenseConcluded": "\(.*\)",$/\1/p' "$content/locald.spdx.json" | head -n 1)
URL: $site
AutoReqProv: no
%description
One native program that makes a certificate authority, puts it into the trust
stores of this machine and of its browsers, and serves local applications by
name: https://app.localhost. The authority can vouch for nothing else than
names under .localhost.

Installing the package trusts nothing and starts nothing; 'locald trust' and
'locald serve' do. Before it is removed, 'locald untrust' takes the authority
out again.
%install
cp -a "$root/." "%{buildroot}"
%files
%defattr(-,root,root)
%attr(755,root,root) /usr/bin/locald
%doc /usr/share/doc/locald
%license /usr/share/licenses/locald
/usr/share/bash-completion/completions/locald
/usr/share/fish/vendor_completions.d/locald.fish
/usr/share/man/man1/locald.1.gz
/usr/share/zsh/site-functions/_locald
%changelog
* $(at '%a %b %d %Y') locald contributors - $version-1
- What changed is told in $site/blob/v$version/CHANGELOG.md
TEXT
rpmbuild -bb --quiet --target "$architecture-linux" --define "_topdir $work/rpm" --define "_tmppath $work" --define "_dbpath $work/db" \
    "$work/locald.spec" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "rpmbuild failed; its log is above"; }
cp "$work/rpm/RPMS/$architecture/locald-$version-1.$architecture.rpm" "$folder"
