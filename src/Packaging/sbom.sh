#!/usr/bin/env bash
# sbom.sh RID FILE LINKED: what the file was made of, as SPDX 2.3 in JSON (https://spdx.github.io/spdx-spec/v2.3/) on standard output.
set -euo pipefail
. src/Packaging/common.sh
rid=$1 file=$2 linked=$3
name=locald-$version-$rid
sha1=$(digest 1 "$file") sha256=$(digest 256 "$file")

packages='' relations='' licences=MIT
while IFS=$'\t' read -r part release licence purl; do
    licence=${licence//_/ }
    id=SPDXRef-Package-$(printf '%s' "$part" | tr -c 'A-Za-z0-9\n' - | sed 's/^-*//')
    case " AND $licences AND " in
        *" AND $licence AND "*) ;;
        *) licences+=" AND $licence" ;;
    esac
    packages+=",
    {
      \"SPDXID\": \"$id\",
      \"name\": \"$part\",
      \"versionInfo\": \"$release\",
      \"downloadLocation\": \"NOASSERTION\",
      \"filesAnalyzed\": false,
      \"licenseConcluded\": \"$licence\",
      \"licenseDeclared\": \"$licence\",
      \"copyrightText\": \"NOASSERTION\",
      \"externalRefs\": [{ \"referenceCategory\": \"PACKAGE-MANAGER\", \"referenceType\": \"purl\", \"referenceLocator\": \"$purl\" }]
    }"
    relations+=",
    { \"spdxElementId\": \"SPDXRef-File-locald\", \"relationshipType\": \"STATIC_LINK\", \"relatedSpdxElement\": \"$id\" }"
done <"$linked"

cat <<TEXT
{
  "spdxVersion": "SPDX-2.3",
  "dataLicense": "CC0-1.0",
  "SPDXID": "SPDXRef-DOCUMENT",
  "name": "$name",
  "documentNamespace": "$site/spdx/$name-$sha256",
  "creationInfo": { "created": "$(at %Y-%m-%dT%H:%M:%SZ)", "creators": ["Tool: locald-build-$version"] },
  "documentDescribes": ["SPDXRef-Package-locald"],
  "packages": [
    {
      "SPDXID": "SPDXRef-Package-locald",
      "name": "locald",
      "versionInfo": "$version",
      "sourceInfo": "commit ${commit:-unknown}",
      "downloadLocation": "$([ -z "$commit" ] && echo NOASSERTION || echo "git+$site.git@$commit")",
      "filesAnalyzed": true,
      "packageVerificationCode": { "packageVerificationCodeValue": "$(printf %s "$sha1" >"$work/sums" && digest 1 "$work/sums")" },
      "primaryPackagePurpose": "APPLICATION",
      "licenseConcluded": "$licences",
      "licenseDeclared": "MIT",
      "copyrightText": "$(sed -n '/^Copyright/p' LICENSE)",
      "externalRefs": [{ "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:github/$repository@v$version" }]
    }$packages
  ],
  "files": [
    {
      "SPDXID": "SPDXRef-File-locald",
      "fileName": "./$(basename "$file")",
      "fileTypes": ["BINARY"],
      "checksums": [{ "algorithm": "SHA1", "checksumValue": "$sha1" }, { "algorithm": "SHA256", "checksumValue": "$sha256" }],
      "licenseConcluded": "$licences",
      "copyrightText": "NOASSERTION"
    }
  ],
  "relationships": [
    { "spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-Package-locald" },
    { "spdxElementId": "SPDXRef-Package-locald", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-File-locald" }$relations
  ]
}
TEXT
