#!/usr/bin/env bash
# archive.sh RID FILE SPEAKER FOLDER: locald-VERSION-RID.tar.gz of the published file, into the folder. SPEAKER is a locald of the
# same source that runs here, which prints the completions and the manual page.
set -euo pipefail
. src/Packaging/common.sh
rid=$1 file=$2 speaker=$3 folder=$4
name=locald-$version-$rid
root=$work/$name
# In it as a text of two bytes for each letter.
[ -z "$commit" ] || tr -d '\0' <"$file" | grep -a "$commit" >/dev/null || die "$file was built from another commit than $commit" "./build.sh archive $rid"
mkdir -p "$root/completions" "$root/man" "$folder"

cp "$file" "$root/locald"
cp LICENSE CHANGELOG.md "$root"
sed -E -e "s#OWNER/locald#$repository#g" -e "s#\]\((CONTRIBUTING|SECURITY)\.md#]($site/blob/v$version/\1.md#g" README.md >"$root/README.md"
"$speaker" completion bash >"$root/completions/locald.bash"
"$speaker" completion zsh >"$root/completions/_locald"
"$speaker" completion fish >"$root/completions/locald.fish"
"$speaker" completion powershell >"$root/completions/locald.ps1"
"$speaker" help --man >"$root/man/locald.1"
src/Packaging/linked.sh "$rid" "$file" >"$work/linked"
src/Packaging/notices.sh "$rid" "$work/linked" >"$root/THIRD-PARTY-NOTICES"
src/Packaging/sbom.sh "$rid" "$root/locald" "$work/linked" >"$root/locald.spdx.json"

settle "$root"
rm -f "$folder"/locald-*-"$rid".tar.gz
pack "$work" "$name" | gzip -9n >"$work/archive"
cp "$work/archive" "$folder/$name.tar.gz"
say "$folder/$name.tar.gz: $(wc -c <"$folder/$name.tar.gz" | tr -d ' ') bytes"
