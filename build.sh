#!/usr/bin/env bash
# The one way to build locald, for people, for CI and for a release. build.ps1 is its twin for Windows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat >&2 <<'TEXT'
usage: ./build.sh VERB

  run [ARGS]        publish, then `locald serve ARGS`; without a route it serves the built-in page
  publish [RID]     the native file, to artifacts/locald; for another processor (linux-arm64 on x86-64), to artifacts/RID/locald
  archive [RID]     publish, then the archive that a release has for it, to artifacts/release
  package           what else a release has (packages, installers, manifests, sums), from the archives that lie there
  test              publish, on Linux for arm64 too, then the unit tests and the end-to-end tests against what was published
  verify [RID]      publishes twice, in two folders elsewhere, and compares the bytes
  fuzz [N [SEED]]   N random inputs for each parser of what comes from the network (default a million, some minutes)
  wine              that it starts on Windows, and the tests that change one, in Wine, which is installed where it is missing (0.6 GB)
  bench [ARGS]      publish, then measure it beside the proxies that are installed
  install [PREFIX]  publish, then copy it to PREFIX/bin/locald (default /usr/local)
  clean             remove artifacts/
TEXT
}

say() { printf '%s\n' "$*" >&2; }
die() {
    say "build.sh: $1"
    shift
    for hint; do say "  try: $hint"; done
    exit 1
}

case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) host=linux-x64 ;;
    Linux-aarch64) host=linux-arm64 ;;
    Darwin-x86_64) host=osx-x64 ;;
    Darwin-arm64) host=osx-arm64 ;;
    *) die "there is no native compiler for $(uname -s) on $(uname -m)" ;;
esac

# The budgets of the file for x86-64: its size in bytes, with Debian 12's OpenSSL in it as in a release, and the microseconds from its
# start to its end as `locald version`. What is to be tested or released fails above them; `run` and `install` do not, on whatever
# machine that is.
size_budget=13000000
start_budget=5000

# What is built, where it goes, and the folder that stands for another processor's machine.
rid=$host out=artifacts sysroot=

# build_for [RID]: this machine's own kind, or one that it can build as well
build_for() {
    rid=${1:-$host} out=artifacts sysroot=
    [ "$rid" != "$host" ] || return 0
    out=artifacts/$rid
    case "$host $rid" in
        "linux-x64 linux-arm64") sysroot=$PWD/artifacts/sysroot-arm64 ;;
        "osx-arm64 osx-x64" | "osx-x64 osx-arm64") ;;
        *" win-x64" | *" win-arm64") die "$rid is built on Windows" "./build.ps1 publish $rid" ;;
        *" osx-x64" | *" osx-arm64") die "$rid is built on a Mac" ;;
        *" linux-arm64") die "$rid is built on Linux, on arm64 or x86-64" ;;
        *" linux-x64") die "$rid is built on Linux, on x86-64" ;;
        *) die "there is no '$rid'" "one of linux-x64 linux-arm64 osx-x64 osx-arm64 win-x64 win-arm64" ;;
    esac
}

# What the build and the test clients need on Debian and Ubuntu: COMMAND:PACKAGE, and packages that bring no command.
build_commands=(clang:clang ld.lld:lld llvm-objcopy:llvm cmake:cmake make:make)
build_packages=(libssl-dev zlib1g-dev)
test_commands=(
    git:git curl:curl wget:wget openssl:openssl python3:python3 node:nodejs npm:npm javac:default-jdk-headless go:golang-go
    certutil:libnss3-tools mmdebstrap:mmdebstrap update-ca-certificates:ca-certificates unshare:util-linux sudo:sudo script:bsdutils
    h2load:nghttp2-client zsh:zsh fish:fish groff:groff-base ip:iproute2
    systemd-analyze:systemd busybox:busybox-static
)
# The file for arm64 is tried in an emulator.
[ "$host" != linux-x64 ] || test_commands+=(qemu-aarch64-static:qemu-user-static)
package_commands=(dpkg-deb:dpkg rpmbuild:rpm)
test_packages=(ca-certificates-java python3-h2 python3-httpx python3-grpcio)
# haproxy and caddy take part where they are installed.
bench_commands=(python3:python3 nginx:nginx-light wrk:wrk h2load:nghttp2-client curl:curl taskset:util-linux)

# The SDK's own culture data is ICU's, which a small Debian 13 has not; nothing that is built here needs it.
export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1

find_firefox() { command -v firefox-esr || command -v firefox; }
find_browser() { command -v chromium || command -v google-chrome || command -v chromium-browser; }

# missing COMMAND:PACKAGE ... -- PACKAGE ...: prints the packages that are not there
missing() {
    local item
    while [ "$1" != -- ]; do
        item=$1
        shift
        # sbin is not in every user's PATH.
        PATH=$PATH:/usr/sbin:/sbin command -v "${item%%:*}" >/dev/null || printf '%s\n' "${item#*:}"
    done
    shift
    command -v dpkg-query >/dev/null || return 0
    { dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true; } |
        awk -v all="$*" '$1 == "installed" { have[$2] = 1 } END { n = split(all, p, " "); for (i = 1; i <= n; i++) if (!(p[i] in have)) print p[i] }'
}

# apt ARGS: quietly, and in full where it fails
apt() {
    mkdir -p artifacts
    DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >artifacts/apt.log 2>&1 && return
    cat artifacts/apt.log >&2
    die "apt-get $1 failed; the log above is also in artifacts/apt.log"
}

apt_updated=
apt_install() {
    say "build.sh: installing $*"
    [ -n "$apt_updated" ] || apt update
    apt_updated=1
    apt install --no-install-recommends "$@"
}

# provide PACKAGE ...: installs them as root on Debian and its kin, else says how and stops
provide() {
    [ $# -gt 0 ] || return 0
    local command="apt-get update && apt-get install -y --no-install-recommends $*"
    command -v apt-get >/dev/null || die "missing (by their Debian names): $*" "install them with your package manager, then run this again"
    [ "$(id -u)" = 0 ] || die "missing packages: $*" "sudo sh -c '$command'"
    # A nodejs from elsewhere than Debian brings npm with it and conflicts with Debian's.
    local first=() npm='' package
    for package; do
        if [ "$package" = npm ]; then npm=1; else first+=("$package"); fi
    done
    [ ${#first[@]} = 0 ] || apt_install "${first[@]}"
    [ -z "$npm" ] || command -v npm >/dev/null || apt_install npm
}

need_dotnet() {
    command -v dotnet >/dev/null && return
    if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
        apt_install ca-certificates curl
        # Ubuntu has it in its own archive, Debian has not.
        [ -z "$(apt-cache search --names-only '^dotnet-sdk-10\.0$')" ] || { apt_install dotnet-sdk-10.0 && return; }
    fi
    die "the .NET 10 SDK is missing" \
        "curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 --install-dir \$HOME/.dotnet && export PATH=\$HOME/.dotnet:\$PATH"
}

# Debian 13's OpenSSL, unlike Debian 12's, is built with zstd, which then is linked in too.
openssl_has_zstd() { LC_ALL=C grep -qs ZSTD_compress "$sysroot"/usr/lib/*/libcrypto.a; }

need_build() {
    need_dotnet
    [ "${host%%-*}" = linux ] || return 0
    # shellcheck disable=SC2046 # package names have no spaces
    provide $(missing "${build_commands[@]}" -- "${build_packages[@]}")
    # shellcheck disable=SC2046
    ! openssl_has_zstd || provide $(missing -- libzstd-dev)
}

need_test() {
    [ "${host%%-*}" = linux ] || return 0
    # shellcheck disable=SC2046
    provide $(missing "${test_commands[@]}" "${package_commands[@]}" -- "${test_packages[@]}")
    find_browser >/dev/null || provide chromium
    # Debian's name for it. Where apt has none (Ubuntu's firefox is a snap), the person's own Firefox is driven.
    if ! find_firefox >/dev/null; then
        [ -n "$(apt-cache search --names-only '^firefox-esr$' 2>/dev/null)" ] || die "Firefox is missing" "install a Firefox that is no snap, so that 'firefox' is in PATH"
        provide firefox-esr
    fi
}

need_package() {
    [ "${host%%-*}" = linux ] || die "a release is put together on Linux, which has dpkg-deb and rpmbuild"
    # shellcheck disable=SC2046
    provide $(missing "${package_commands[@]}" --)
}

need_bench() {
    [ "${host%%-*}" = linux ] || die "the peers it is measured against run on Linux"
    # shellcheck disable=SC2046
    provide $(missing "${bench_commands[@]}" -- "${build_packages[@]}")
}

# aot PROJECT [ARGS]: compiles it ahead of time, quietly, and in full where it fails
aot() {
    local project=$1 log=artifacts/publish.log
    shift
    mkdir -p "$out"
    # The link step watches its objects alone, not the properties that say how to link them, nor what else it links.
    if [ -n "$(find "src/$project/$project.csproj" "src/$project"/*.S Directory.Build.props ${sysroot:+"$sysroot/made-from"} -newer "artifacts/bin/$project/release_$rid/native" 2>/dev/null)" ]; then
        rm -rf "artifacts/bin/$project/release_$rid/native" "artifacts/obj/$project/release_$rid/libs"
    fi
    if ! (
        if [ -n "$sysroot" ]; then
            export CMAKE_TOOLCHAIN_FILE=$PWD/src/Packaging/cross.cmake CROSS_SYSROOT=$sysroot
            set -- "$@" "-p:SysRoot=$sysroot"
        fi
        exec dotnet publish "src/$project" -c Release -r "$rid" --nologo -v quiet "$@" </dev/null >"$log" 2>&1
    ); then
        cat "$log" >&2
        # A native shim that was configured and not finished would be taken as it is by the next build.
        rm -rf "artifacts/obj/$project/release_$rid/libs"
        die "publish failed; the log above is also in $log"
    fi
}

# What opens NSS databases on Linux: a program of its own, since a static one cannot load a library. Prints the option that puts it in.
nss_program() {
    [ "${rid%%-*}" = linux ] || return 0
    aot Locald.Nss
    gzip -9nc "artifacts/publish/Locald.Nss/release_$rid/locald-nss" >"$out/locald-nss.gz"
    printf '%s' "-p:NssProgram=$PWD/$out/locald-nss.gz"
}

# The glibc that is linked in must know packed relocations.
pack_relocations() {
    local version
    version=$(awk '$2 == "__GLIBC__" { major = $3 } $2 == "__GLIBC_MINOR__" { print major "." $3 }' "$sysroot/usr/include/features.h")
    [ "$(printf '%s\n' 2.36 "$version" | sort -V | head -n 1)" != 2.36 ] || printf '%s' -p:PackRelocations=true
}

link_options() {
    [ "${rid%%-*}" = linux ] || return 0
    pack_relocations
    ! openssl_has_zstd || printf '%s' ' -p:OpenSslHasZstd=true'
}

# OpenSSL and glibc without their tables for unwinding, two thirds of a megabyte: no exception passes through them. Prints the option
# that links them.
lean_archives() {
    [ "${rid%%-*}" = linux ] || return 0
    local library found
    mkdir -p "$out/lean"
    for library in libcrypto.a libssl.a libc.a; do
        found=$(clang ${sysroot:+--target=aarch64-linux-gnu "--sysroot=$sysroot"} -print-file-name=$library)
        llvm-objcopy --remove-section=.eh_frame --remove-section=.rela.eh_frame "$found" "$out/lean/$library" || exit
    done
    printf '%s' "-p:LeanArchives=$PWD/$out/lean"
}

# The shortest of many starts, in microseconds: other work on the machine can only make them longer. That work may go on for
# a while, so it is tried further until one is within the budget.
start_time() {
    local best=999999 began took tries
    for ((tries = 0; tries < 20 || (tries < 200 && best > start_budget); tries++)); do
        began=${EPOCHREALTIME//[!0-9]/}
        "$out/locald" version >/dev/null || die "$out/locald does not start"
        took=$((${EPOCHREALTIME//[!0-9]/} - began))
        [ "$took" -gt "$best" ] || best=$took
    done
    printf '%s' "$best"
}

check_budgets() {
    [ "$rid $host" = "linux-x64 linux-x64" ] || return 0
    case $verb in run | install | bench) return ;; esac
    local size start
    size=$(wc -c <"$out/locald")
    # Debian 13's is larger by two and a half megabytes.
    [ "$size" -le "$size_budget" ] || openssl_has_zstd || die "$out/locald is larger than its $size_budget bytes by $((size - size_budget))"
    start=$(start_time)
    say "$out/locald: starts in $start us"
    [ "$start" -le "$start_budget" ] || die "$out/locald takes longer to start than its $start_budget us" "./build.sh $verb once more, when the machine has less to do"
}

# publish [RID]
publish() {
    build_for "$@"
    need_build
    # The runtime's own build rules do not quote what they made.
    if [[ $rid = linux-* && $PWD = *[[:space:]]* ]]; then die "the link fails where a folder's name has a space: $PWD" "mv it to a folder without"; fi
    [ -z "$sysroot" ] || src/Packaging/sysroot.sh arm64 "$sysroot" || exit
    local published=artifacts/publish/Locald/release_$rid nss lean
    nss=$(nss_program)
    lean=$(lean_archives)
    # shellcheck disable=SC2046,SC2086 # no option at all where there is nothing to say
    aot Locald ${nss:+"$nss"} ${lean:+"$lean"} $(link_options)
    # Where cmake's question could not be linked, the file would speak no HTTP/2, without a word.
    [ "${rid%%-*}" != linux ] || grep -qs '^HAVE_OPENSSL_ALPN:INTERNAL=1' "artifacts/obj/Locald/release_$rid"/libs/*/build/CMakeCache.txt ||
        die "the runtime's shim for OpenSSL was built without ALPN" "less artifacts/obj/Locald/release_$rid/libs/*/build/CMakeFiles/CMakeConfigureLog.yaml"
    cp -f "$published/locald" "$out/.locald.new"
    mv -f "$out/.locald.new" "$out/locald"
    for symbols in "$published"/locald.dbg "$published"/locald.dSYM; do
        if [ -e "$symbols" ]; then cp -Rf "$symbols" "$out/"; fi
    done
    say "$out/locald: $(wc -c <"$out/locald" | tr -d ' ') bytes, $rid"
    check_budgets
}

# archive_to FOLDER [RID]: of what was published for it
archive_to() {
    build_for "${2:-}"
    # What another processor's file would say, this machine's says.
    src/Packaging/archive.sh "$rid" "$out/locald" artifacts/locald "$1"
}

# archive [RID]
archive() {
    local wanted=${1:-$host}
    build_for "$wanted"
    [ "$wanted" = "$host" ] || publish
    publish "$wanted"
    archive_to artifacts/release "$wanted"
}

# From the archives that are there, or else from those that can be made here.
package() {
    need_package
    if ! compgen -G 'artifacts/release/locald-*-*.tar.gz' >/dev/null && ! compgen -G 'artifacts/release/locald-*-*.zip' >/dev/null; then
        archive
        [ "$host" != linux-x64 ] || archive linux-arm64
    fi
    src/Packaging/package.sh artifacts/release
}

sha256() { if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1; }

# verify [RID]: two copies of what git tracks, far from here and from each other in name, depth, time zone and file modes; git itself
# is in one of them alone
verify() {
    build_for "$@"
    need_build
    git rev-parse -q --verify HEAD >/dev/null || die "what is published is known by git alone, and this is no clone"
    verify_work=$(mktemp -d)
    trap 'rm -rf "$verify_work"' EXIT
    local here=$PWD one=$verify_work/one other=$verify_work/another.name/far/below copy made
    for copy in "$one" "$other"; do
        mkdir -p "$copy"
        git ls-files -z | tar -c --null -T - | tar -x -C "$copy"
    done
    cp -R .git "$other"
    for copy in "$one" "$other"; do
        say "build.sh: publishing in $copy"
        (
            cd "$copy"
            if [ "$copy" = "$other" ]; then
                umask 077
                export TZ=Pacific/Kiritimati
            else
                SourceRevisionId=$(git -C "$here" rev-parse HEAD)
                export SourceRevisionId
            fi
            ./build.sh publish "$rid"
        )
        say "build.sh: sha256 $(sha256 "$copy/$out/locald")"
    done
    if cmp "$one/$out/locald" "$other/$out/locald" >&2; then
        say "build.sh: the same bytes twice, $rid"
        return
    fi
    # Of all that was made on the way, what came first says where to look.
    while IFS= read -r made; do
        cmp -s "$one/$made" "$other/$made" || break
    done < <(cd "$one" && find artifacts -type f \( -name '*.dll' -o -name '*.o' -o -name '*.a' -o -name 'locald-nss*' -o -name locald \) ! -path '*/sysroot*' -exec ls -1tr {} +)
    cmp "$one/$made" "$other/$made" >&2 || true
    die "two folders gave different bytes, $rid; what differs first is $made"
}

passed=0 failed=0 skipped=0

# count FILE ATTRIBUTE: a number of the <assembly> element of an xunit result
count() { grep -o '<assembly [^>]*>' "$1" | sed -n "s/.* $2=\"\([0-9]*\)\".*/\1/p"; }

# A program that was built looks for its runtime where packages put it, or where this says; an SDK may be anywhere.
find_runtime() {
    [ -n "${DOTNET_ROOT:-}" ] || DOTNET_ROOT=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App .*\[\(.*\)\/shared\/Microsoft\.NETCore\.App\]$/\1/p' | tail -n 1)
    export DOTNET_ROOT
}

# run_tests PROJECT: builds it, runs it and adds up what it counted; a run that left no result is a failure
run_tests() {
    local project=$1 result=artifacts/test-results/$1.xml status=0
    mkdir -p artifacts/test-results
    rm -f "$result"
    find_runtime
    # The program inside the program, without the runtime that it is built with otherwise.
    local nss=artifacts/publish/Locald.Nss/release_$host/locald-nss
    [ ! -x "$nss" ] || export LOCALD_NSS=$PWD/$nss
    if ! dotnet build "tests/$project" -c Release --nologo -v quiet </dev/null >artifacts/build.log 2>&1; then
        cat artifacts/build.log >&2
        failed=$((failed + 1))
        return
    fi
    LOCALD_BIN=$PWD/artifacts/locald LOCALD_RELEASE=$PWD/artifacts/test-release "artifacts/bin/$project/release/$project" -noLogo -noColor -result-xml "$result" </dev/null || status=$?
    local p='' f='' e='' s=''
    if [ -f "$result" ]; then
        p=$(count "$result" passed) f=$(count "$result" failed) e=$(count "$result" errors) s=$(count "$result" skipped)
    fi
    if [ -z "$p" ] || [ "$p$f" = 00 ]; then
        say "build.sh: $project ended with $status and ran no test"
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + p)) failed=$((failed + f + e)) skipped=$((skipped + s))
    if [ "$status" != 0 ] && [ $((f + e)) = 0 ]; then failed=$((failed + 1)); fi
}

run_all_tests() {
    need_build
    need_test
    publish
    export LOCALD_ARM64_BIN=$PWD/artifacts/locald
    if [ "$host" = linux-x64 ]; then
        publish linux-arm64
        LOCALD_ARM64_BIN=$PWD/artifacts/linux-arm64/locald
    fi
    run_tests Locald.Tests
    # The clients that these tests drive are Linux's.
    if [ "${host%%-*}" = linux ]; then
        rm -rf artifacts/test-release
        archive_to artifacts/test-release
        [ "$host" != linux-x64 ] || archive_to artifacts/test-release linux-arm64
        src/Packaging/package.sh artifacts/test-release
        run_tests Locald.EndToEnd
    fi
    printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}

# The random tests of `test`, with more inputs and a seed of their own. What fails names its input, and the seed makes it again.
fuzz() {
    need_dotnet
    local inputs=${1:-1000000} seed=${2:-$((RANDOM * 32768 + RANDOM))}
    case $inputs$seed in *[!0-9]*) die "fuzz takes a number of inputs and a seed" "./build.sh fuzz 1000000 1" ;; esac
    dotnet build tests/Locald.Tests -c Release --nologo -v quiet </dev/null >&2
    find_runtime
    say "build.sh: $inputs inputs for each parser, seed $seed"
    LOCALD_RANDOM_INPUTS=$inputs LOCALD_RANDOM_SEED=$seed artifacts/bin/Locald.Tests/release/Locald.Tests \
        -noLogo -noColor -trait Inputs=Random -showLiveOutput </dev/null
}

# What only a Windows can say, of what Wine has of one: that the program starts there, its Root store and its access lists. Not part of
# `test`: Wine has no keys on elliptic curves and no TLS server, so that most of the program does not run there.
run_in_wine() {
    [ "$host" = linux-x64 ] || die "Wine runs programs for x86-64"
    need_build
    # shellcheck disable=SC2046
    provide $(missing wine:wine lld-link:lld llvm-dlltool:llvm -- wine64 mingw-w64-x86-64-dev)
    rm -rf artifacts/wine artifacts/bin/Locald/release_win-x64/native
    mkdir -p artifacts/wine
    export WINEPREFIX=$PWD/artifacts/wine/prefix WINEDEBUG=-all
    say "build.sh: publishing for Windows"
    rid=win-x64 out=artifacts/wine
    # A release's is linked on Windows.
    aot Locald -p:DisableUnsupportedError=true -p:IlcUseEnvironmentalTools=true "-p:CppLinker=$PWD/src/Packaging/wine/link.sh"
    src/Packaging/wine/smoke.sh artifacts/publish/Locald/release_win-x64/locald.exe
    say "build.sh: locald.exe starts in Wine; publishing the tests for Windows"
    # Wine 8 does not survive the collection of code that reflection makes.
    dotnet publish tests/Locald.Tests -c Release -r win-x64 --self-contained -p:DynamicCodeSupport=false --nologo -v quiet -o artifacts/wine/tests </dev/null >artifacts/publish.log 2>&1 ||
        { cat artifacts/publish.log >&2; die "publish failed; the log above is also in artifacts/publish.log"; }
    timeout 300 wine artifacts/wine/tests/Locald.Tests.exe -noLogo -noColor -explicit only -class '*RealWindowsTests' -trait- Wine=Otherwise </dev/null
}

install_to() {
    publish
    local bin=${1:-/usr/local}/bin new
    { mkdir -p "$bin" && new=$(mktemp "$bin/.locald.XXXXXX"); } || die "cannot write to $bin" "sudo ./build.sh install" "./build.sh install \$HOME/.local"
    # In one step: a running locald keeps its file, and nobody starts half of one.
    if ! { cp -f artifacts/locald "$new" && chmod 755 "$new" && mv -f "$new" "$bin/locald"; }; then
        rm -f "$new"
        die "cannot write $bin/locald" "sudo ./build.sh install"
    fi
    say "installed $bin/locald"
}

verb=${1:-}
[ $# = 0 ] || shift
case "$verb" in
    run)
        publish
        exec artifacts/locald serve "$@"
        ;;
    publish) publish "$@" ;;
    archive) archive "$@" ;;
    package) package ;;
    test) run_all_tests ;;
    verify) verify "$@" ;;
    fuzz) fuzz "$@" ;;
    wine) run_in_wine ;;
    bench)
        need_bench
        publish
        exec python3 tests/bench/bench.py --locald artifacts/locald "$@"
        ;;
    install) install_to "$@" ;;
    clean) rm -rf artifacts ;;
    *)
        usage
        exit 2
        ;;
esac
