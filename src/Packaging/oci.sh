#!/usr/bin/env bash
# oci.sh CONTENTS FOLDER: locald-VERSION-oci.tar in the folder, an image that holds /locald and nothing else, for each unpacked Linux
# archive in CONTENTS. The layout is https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md: files named by their sums.
set -euo pipefail
. src/Packaging/common.sh
contents=$1 folder=$2
blobs=$work/oci/blobs/sha256
mkdir -p "$blobs"

# blob FILE TYPE [MORE]: moves it to its name; prints its descriptor
blob() {
    local sum size
    sum=$(digest 256 "$1")
    size=$(wc -c <"$1" | tr -d ' ')
    mv "$1" "$blobs/$sum"
    printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s%s}' "$2" "$sum" "$size" "${3:-}"
}

manifests=''
for rid in linux-x64 linux-arm64; do
    content=$contents/locald-$version-$rid
    [ -d "$content" ] || continue
    case "$rid" in
        linux-x64) platform='"architecture":"amd64","os":"linux"' ;;
        linux-arm64) platform='"architecture":"arm64","os":"linux","variant":"v8"' ;;
    esac
    mkdir "$work/layer"
    cp "$content/locald" "$content/LICENSE" "$content/THIRD-PARTY-NOTICES" "$work/layer"
    # The state of a locald that is told nothing else.
    mkdir "$work/layer/state"
    settle "$work/layer"
    chmod 700 "$work/layer/state"
    pack "$work/layer" locald LICENSE THIRD-PARTY-NOTICES state >"$work/tar"
    inside=$(digest 256 "$work/tar")
    gzip -9nc "$work/tar" >"$work/blob"
    layer=$(blob "$work/blob" layer.v1.tar+gzip)
    labels="\"org.opencontainers.image.source\":\"$site\",\"org.opencontainers.image.revision\":\"$commit\",\"org.opencontainers.image.version\":\"$version\""
    printf '%s' "{\"created\":\"$(at %Y-%m-%dT%H:%M:%SZ)\",$platform,\"config\":{\"Env\":[\"LOCALD_HOME=/state\"],\"Entrypoint\":[\"/locald\"],\"Cmd\":[\"help\"],\"Labels\":{$labels}},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:$inside\"]},\"history\":[{\"created\":\"$(at %Y-%m-%dT%H:%M:%SZ)\",\"created_by\":\"src/Packaging/oci.sh\"}]}" >"$work/blob"
    config=$(blob "$work/blob" config.v1+json)
    printf '%s' "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":$config,\"layers\":[$layer]}" >"$work/blob"
    manifests+=${manifests:+,}$(blob "$work/blob" manifest.v1+json ",\"platform\":{$platform}")
    rm -r "$work/layer"
done
[ -n "$manifests" ] || exit 0

# One name for all processors: an index in the layout's own.
printf '%s' "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[$manifests]}" >"$work/blob"
index=$(blob "$work/blob" index.v1+json ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"$version\"}")
printf '%s' "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[$index]}" >"$work/oci/index.json"
printf '%s' '{"imageLayoutVersion":"1.0.0"}' >"$work/oci/oci-layout"
settle "$work/oci"
pack "$work/oci" blobs index.json oci-layout >"$folder/locald-$version-oci.tar"
