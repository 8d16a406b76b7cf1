# What every script here asks: which version, of whose repository, made when. Sourced, with the repository's root as the folder.
# shellcheck shell=bash disable=SC2034 # read by who sources it

say() { printf '%s\n' "$*" >&2; }
die() {
    say "$(basename "$0"): $1"
    shift
    for hint; do say "  try: $hint"; done
    exit 1
}

version=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)

# OWNER/locald: whoever's release it is. The source does not say, so that a fork's files name the fork.
repository=${GITHUB_REPOSITORY:-$(git remote get-url origin 2>/dev/null | sed -n 's#^.*github\.com[:/]\(.*\)$#\1#p' | sed 's#\.git$##' || true)}
repository=${repository:-OWNER/locald}
owner=${repository%%/*}
site=https://github.com/$repository

# Nothing in a release is younger than its commit, so that who builds it again gets the same bytes.
# Sources without git, as in an archive of them, have it as the time of every file.
epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CHANGELOG.md 2>/dev/null || stat -f %m CHANGELOG.md)}
export SOURCE_DATE_EPOCH=$epoch TZ=UTC LC_ALL=C
commit=$(git rev-parse HEAD 2>/dev/null || true)

# at FORMAT: the commit's time, by GNU's date or BSD's
at() { date -u -d "@$epoch" "+$1" 2>/dev/null || date -u -r "$epoch" "+$1"; }

# digest 1|256 FILE: in hex
digest() {
    if command -v "sha$1sum" >/dev/null; then "sha$1sum" <"$2"; else shasum -a "$1" <"$2"; fi | cut -d' ' -f1
}

# runtime_pack RID: the folder of the runtime's package, as the compiler was given it; its name is the version
runtime_pack() {
    local inputs=artifacts/obj/Locald/release_$1/native/locald.ilc.rsp
    [ -f "$inputs" ] || die "$inputs, which says what was compiled, is not there" "./build.sh publish $1"
    grep -om1 '[^:]*[nN]ative[aA][oO][tT]\.'"$1"'/[^/]*/' "$inputs" | head -n 1
}

# settle FOLDER: every file and folder in it has the commit's time and the usual permissions
settle() {
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -perm -100 -exec chmod 755 {} +
    find "$1" -type f ! -perm -100 -exec chmod 644 {} +
    find "$1" -exec touch -h -t "$(at %Y%m%d%H%M.%S)" {} +
}

# pack FOLDER NAME ...: these, of the folder, as a tar on standard output: sorted, root's, the same each time
pack() {
    local folder=$1 owned=(--owner=0 --group=0 --no-recursion)
    shift
    ! tar --version | grep -q bsdtar || owned=(--uid 0 --gid 0 --no-recursion)
    (cd "$folder" && find "$@" | sort | COPYFILE_DISABLE=1 tar --format ustar --numeric-owner "${owned[@]}" -cf - -T -)
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
