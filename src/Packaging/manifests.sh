#!/usr/bin/env bash
# manifests.sh SUMS FOLDER: what Homebrew, Scoop and winget read, into the folder. SUMS has a line for each archive: NAME SHA-256.
# An archive that is not there is left out.
set -euo pipefail
. src/Packaging/common.sh
sums=$1 folder=$2
download=$site/releases/download/v$version
about="real HTTPS for every name under .localhost"

# sum RID: empty where there is no such archive
sum() { sed -n "s/^locald-$version-$1\.[a-z.]* //p" "$sums"; }

# brew_system NAME RID CPU RID CPU
brew_system() {
    [ -n "$(sum "$2")$(sum "$4")" ] || return 0
    printf '\n  on_%s do\n' "$1"
    shift
    while [ $# -gt 0 ]; do
        if [ -n "$(sum "$1")" ]; then
            printf '    on_%s do\n      url "%s"\n      sha256 "%s"\n    end\n' "$2" "$download/locald-$version-$1.tar.gz" "$(sum "$1")"
        fi
        shift 2
    done
    printf '  end\n'
}

homebrew() {
    cat <<RUBY
class Locald < Formula
  desc "Real HTTPS for every name under .localhost"
  homepage "$site"
  version "$version"
  license "MIT"
$(brew_system macos osx-arm64 arm osx-x64 intel; brew_system linux linux-arm64 arm linux-x64 intel)

  def install
    bin.install "locald"
    man1.install "man/locald.1"
    bash_completion.install "completions/locald.bash" => "locald"
    zsh_completion.install "completions/_locald"
    fish_completion.install "completions/locald.fish"
    doc.install "LICENSE", "THIRD-PARTY-NOTICES", "locald.spdx.json"
  end

  def caveats
    <<~EOS
      Once on each machine, so that browsers and clients accept its certificates:
        locald trust
      And before it is removed:
        locald untrust
    EOS
  end

  test do
    assert_equal version.to_s, shell_output("#{bin}/locald version").strip
  end
end
RUBY
}

scoop() {
    local blocks='' auto='' cpu rid
    for cpu in 64bit arm64; do
        rid=win-$([ "$cpu" = 64bit ] && echo x64 || echo arm64)
        [ -n "$(sum "$rid")" ] || continue
        blocks+="${blocks:+,}
    \"$cpu\": {
      \"url\": \"$download/locald-$version-$rid.zip\",
      \"hash\": \"$(sum "$rid")\",
      \"extract_dir\": \"locald-$version-$rid\"
    }"
        auto+="${auto:+,}
      \"$cpu\": {
        \"url\": \"$site/releases/download/v\$version/locald-\$version-$rid.zip\",
        \"extract_dir\": \"locald-\$version-$rid\"
      }"
    done
    cat <<TEXT
{
  "version": "$version",
  "description": "$about",
  "homepage": "$site",
  "license": "MIT",
  "notes": "Run 'locald trust' once, and 'locald untrust' before it is removed.",
  "architecture": {$blocks
  },
  "bin": "locald.exe",
  "checkver": "github",
  "autoupdate": {
    "architecture": {$auto
    },
    "hash": { "url": "\$baseurl/SHA256SUMS" }
  }
}
TEXT
}

# winget TYPE: one of the three files of a version, https://learn.microsoft.com/windows/package-manager/package/manifest
winget() {
    local type=$1 rid
    cat <<TEXT
# yaml-language-server: \$schema=https://aka.ms/winget-manifest.$type.1.6.0.schema.json
PackageIdentifier: $owner.locald
PackageVersion: $version
TEXT
    case "$type" in
        version) echo "DefaultLocale: en-US" ;;
        installer)
            cat <<TEXT
InstallerType: zip
NestedInstallerType: portable
Commands:
- locald
ReleaseDate: $(at %Y-%m-%d)
Installers:
TEXT
            for rid in win-x64 win-arm64; do
                [ -n "$(sum "$rid")" ] || continue
                cat <<TEXT
- Architecture: ${rid#win-}
  NestedInstallerFiles:
  - RelativeFilePath: locald-$version-$rid\\locald.exe
    PortableCommandAlias: locald
  InstallerUrl: $download/locald-$version-$rid.zip
  InstallerSha256: $(sum "$rid" | tr a-f A-F)
TEXT
            done
            ;;
        defaultLocale)
            cat <<TEXT
PackageLocale: en-US
Publisher: $owner
PublisherUrl: https://github.com/$owner
PackageName: locald
PackageUrl: $site
License: MIT
LicenseUrl: $site/blob/v$version/LICENSE
ShortDescription: $about
ReleaseNotesUrl: $site/blob/v$version/CHANGELOG.md
TEXT
            ;;
    esac
    printf 'ManifestType: %s\nManifestVersion: 1.6.0\n' "$type"
}

if grep -qE "^locald-$version-(osx|linux)-" "$sums"; then homebrew >"$folder/locald.rb"; fi
if grep -qE "^locald-$version-win-" "$sums"; then
    scoop >"$folder/locald.json"
    winget version >"$folder/$owner.locald.yaml"
    winget installer >"$folder/$owner.locald.installer.yaml"
    winget defaultLocale >"$folder/$owner.locald.locale.en-US.yaml"
fi
