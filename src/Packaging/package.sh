#!/usr/bin/env bash
# package.sh FOLDER: makes everything else of a release from the archives that lie in that folder: packages for distributions and
# package managers, installers, an OCI image, and SHA256SUMS. The same archives give the same bytes.
set -euo pipefail
. src/Packaging/common.sh
release=$(cd "$1" && pwd)

# Those of this version; one that is not there is left out of the manifests.
archives=$(cd "$release" && find . -maxdepth 1 \( -name "locald-$version-*.tar.gz" -o -name "locald-$version-*.zip" \) | sed 's#^\./##' | sort)
[ -n "$archives" ] || die "there is no archive of version $version in $release" "./build.sh archive"
# What an earlier run made, and older versions' archives.
rm -f "$release"/{SHA256SUMS,install.sh,install.ps1,locald.rb,locald.json} "$release"/locald_*.deb "$release"/locald-*.rpm "$release"/locald-*-oci.tar "$release"/*.locald*.yaml
find "$release" -maxdepth 1 \( -name 'locald-*.tar.gz' -o -name 'locald-*.zip' \) | while IFS= read -r old; do
    printf '%s\n' "$archives" | grep -qxF "$(basename "$old")" || rm -f "$old"
done

sums=$(for archive in $archives; do printf '%s %s\n' "$archive" "$(digest 256 "$release/$archive")"; done)
printf '%s\n' "$sums" >"$work/sums"

# fill FILE: a template with what is known of this release
fill() {
    tr -d '\r' <"$1" | awk -v version="$version" -v site="$site" -v sums="$sums" '
        { gsub("@VERSION@", version); gsub("@SITE@", site); gsub("@SUMS@", sums); print }'
}
fill src/Packaging/install.sh >"$release/install.sh"
fill src/Packaging/install.ps1 >"$release/install.ps1"

for rid in linux-x64 linux-arm64; do
    archive=$release/locald-$version-$rid.tar.gz
    [ -f "$archive" ] || continue
    tar -xzf "$archive" -C "$work"
    content=$work/locald-$version-$rid
    src/Packaging/deb.sh "$rid" "$content" "$release"
    src/Packaging/rpm.sh "$rid" "$content" "$release"
done
src/Packaging/oci.sh "$work" "$release"
src/Packaging/manifests.sh "$work/sums" "$release"

(cd "$release" && find . -type f ! -name SHA256SUMS | sed 's#^\./##' | sort | while IFS= read -r file; do
    printf '%s  %s\n' "$(digest 256 "$file")" "$file"
done) >"$work/SHA256SUMS"
mv "$work/SHA256SUMS" "$release/SHA256SUMS"
settle "$release"
say "$release: $(find "$release" -type f | wc -l | tr -d ' ') files"
