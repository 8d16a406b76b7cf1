#!/usr/bin/env bash
# release-notes.sh TAG: prints what CHANGELOG.md says of the version that the tag names; fails where that is no version to be released.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tag=${1:-}
die() {
    printf 'release-notes.sh: %s\n' "$1" >&2
    exit 1
}

version=$(sed -n 's/.*<VersionPrefix>\(.*\)<\/VersionPrefix>.*/\1/p' Directory.Build.props)
[ "$tag" = "v$version" ] || die "the tag is '$tag', and Directory.Build.props says $version"
title=$(grep -E "^## \[${version//./\\.}\] " CHANGELOG.md) || die "CHANGELOG.md has no section [$version]"
grep -qE ' - [0-9]{4}-[0-9]{2}-[0-9]{2}$' <<<"$title" || die "CHANGELOG.md's section has no date: $title"
for page in README.md SECURITY.md; do
    ! grep -n 'No release has been published yet' "$page" >&2 || die "$page still says that there is no release"
done
# The section's lines, without the empty ones around them.
notes=$(awk -v title="$title" '$0 == title { on = 1; next } on && (/^## / || /^\[[^]]*\]: /) { exit } on' CHANGELOG.md)
[ -n "${notes//[[:space:]]/}" ] || die "CHANGELOG.md's section is empty"
printf '%s\n' "$notes" | sed '/./,$!d'
