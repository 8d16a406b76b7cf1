#!/usr/bin/env bash
# The README's first commands on a Debian with nothing but a shell, as root. By hand, since it takes minutes, and a gigabyte for `test`:
#
#   fresh-build.sh RELEASE [run|test]
#
# A root is made by mmdebstrap in artifacts/fresh, the committed sources are put there, and this machine's .NET SDK is bound in, as the
# script that the build names would have put it. Where TLS of this machine has roots of its own (SSL_CERT_FILE), the root has them too.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[ $# -ge 1 ] || { sed -n 's/^#   //p' "${BASH_SOURCE[0]}" >&2; exit 2; }
release=$1 verb=${2:-run}
root=$PWD/artifacts/fresh/$release

if [ "${FRESH_BUILD_INSIDE:-}" != 1 ]; then
    rm -rf "$root"
    mkdir -p "$(dirname "$root")"
    mmdebstrap --quiet --variant=apt "$release" "$root"
    FRESH_BUILD_INSIDE=1 exec unshare --mount --propagation private --pid --fork --kill-child "${BASH_SOURCE[0]}" "$@"
fi

mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
cp -L /etc/resolv.conf "$root/etc/"
mkdir -p "$root/root/.dotnet" "$root/root/locald"
mount --bind "$(dirname "$(readlink -f "$(command -v dotnet)")")" "$root/root/.dotnet"
git archive HEAD | tar -x -C "$root/root/locald"
variables=(HOME=/root LANG=C.UTF-8)
system=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [ -n "${SSL_CERT_FILE:-}" ]; then
    cp "$SSL_CERT_FILE" "$root/opt/roots.pem"
    variables+=(SSL_CERT_FILE=/opt/roots.pem)
fi
# inside PATH SCRIPT: by pivot_root, as a container is entered. In a chroot there would be no user namespaces, which some tests need; and
# umount is taken from here, since there may be none in there.
inside() {
    # shellcheck disable=SC2016 # for the shell that goes in
    unshare --mount --propagation private sh -euc '
        path=$1 script=$2
        shift 2
        mount --rbind "$0" "$0"
        cd "$0"
        mkdir -p .old
        pivot_root . .old
        /.old/usr/bin/umount -l /.old
        exec /usr/bin/env -i "$@" "PATH=$path" /bin/sh -c "cd /root/locald && $script"' "$root" "$1" "$2" "${variables[@]}"
}

echo "== without the SDK"
if inside "$system" './build.sh run </dev/null'; then exit 1; fi
echo "== with it: ./build.sh $verb"
if [ "$verb" = test ]; then
    inside "/root/.dotnet:$system" './build.sh test </dev/null'
    exit
fi
inside "/root/.dotnet:$system" './build.sh run </dev/null >/tmp/out & echo $! >/tmp/pid; wait $!' &
until [ -s "$root/tmp/out" ]; do
    kill -0 $! || exit 1
    sleep 1
done
# shellcheck disable=SC2016 # for the shell inside
inside "$system" 'artifacts/locald ca --pem >/tmp/root.pem
    url=$(sed -n "s/ ->.*//p;q" /tmp/out)
    echo "== $url"
    curl -sS --cacert /tmp/root.pem "$url"
    kill "$(cat /tmp/pid)"'
wait $!
echo "== served, and ended in order"
