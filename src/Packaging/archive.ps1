# archive.ps1 -Rid RID -File FILE -Here FILE -Folder FOLDER: locald-VERSION-RID.zip of the published file, into the folder, with
# what a program that runs here says for it; archive.sh is its twin.
# Not yet run on Windows.
param(
    [Parameter(Mandatory)] [string] $Rid,
    [Parameter(Mandatory)] [string] $File,
    [Parameter(Mandatory)] [string] $Here,
    [Parameter(Mandatory)] [string] $Folder
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Add-Type -AssemblyName System.IO.Compression
[Console]::OutputEncoding = [Text.UTF8Encoding]::new($false)

$version = ([xml](Get-Content -Raw Directory.Build.props)).SelectSingleNode('//VersionPrefix').InnerText
$commit = "$(git rev-parse HEAD)"
$epoch = if ($env:SOURCE_DATE_EPOCH) { [long] $env:SOURCE_DATE_EPOCH } else { [long] "$(git log -1 --format=%ct)" }
$time = [DateTimeOffset]::FromUnixTimeSeconds($epoch)
$repository = if ($env:GITHUB_REPOSITORY) { $env:GITHUB_REPOSITORY }
elseif ("$(git config --get remote.origin.url)" -match 'github\.com[:/](.+?)(\.git)?$') { $Matches[1] }
else { 'OWNER/locald' }
$site = "https://github.com/$repository"
$name = "locald-$version-$Rid"

function Get-Text([string] $Path) { [IO.File]::ReadAllText((Resolve-Path $Path).Path).Replace("`r", '') }

# What the program says of itself, in lines.
function Get-Said([string[]] $Words) {
    $lines = @(& $Here @Words)
    if ($LASTEXITCODE -ne 0) { throw "locald $Words ended with $LASTEXITCODE" }
    ($lines -join "`n") + "`n"
}

function Get-Digest([string] $Algorithm, [byte[]] $Bytes) {
    $hash = [Security.Cryptography.HashAlgorithm]::Create($Algorithm)
    try { -join ($hash.ComputeHash($Bytes) | ForEach-Object { $_.ToString('x2') }) } finally { $hash.Dispose() }
}

# The runtime's package, from the list of what was compiled.
$inputs = Get-Content -Raw "artifacts/obj/Locald/release_$Rid/native/locald.ilc.rsp"
$runtime = [regex]::Match($inputs, "(?im)^-r:`"?(.*\.nativeaot\.$Rid[\\/][^\\/]+)[\\/]").Groups[1].Value
$runtimeVersion = Split-Path -Leaf $runtime

$program = [IO.File]::ReadAllBytes((Resolve-Path $File).Path)
$sha1 = Get-Digest SHA1 $program
$sha256 = Get-Digest SHA256 $program
$parts = @([ordered]@{ Name = '.NET runtime'; Id = 'SPDXRef-Package-NET-runtime'; Version = $runtimeVersion; Licence = 'MIT'
        Purl = "pkg:nuget/Microsoft.NETCore.App.Runtime.NativeAOT.$Rid@$runtimeVersion" })
$zlib = [regex]::Match([Text.Encoding]::GetEncoding('iso-8859-1').GetString($program), '[0-9.]+\.zlib-ng').Value
if ($zlib) { $parts += [ordered]@{ Name = 'zlib-ng'; Id = 'SPDXRef-Package-zlib-ng'; Version = $zlib; Licence = 'Zlib'; Purl = 'pkg:github/zlib-ng/zlib-ng' } }
$licences = (@('MIT') + @($parts | ForEach-Object { $_.Licence } | Where-Object { $_ -ne 'MIT' })) -join ' AND '

$bill = [ordered]@{
    spdxVersion = 'SPDX-2.3'
    dataLicense = 'CC0-1.0'
    SPDXID = 'SPDXRef-DOCUMENT'
    name = $name
    documentNamespace = "$site/spdx/$name-$sha256"
    creationInfo = [ordered]@{ created = $time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"); creators = @("Tool: locald-build-$version") }
    documentDescribes = @('SPDXRef-Package-locald')
    packages = @(
        [ordered]@{
            SPDXID = 'SPDXRef-Package-locald'; name = 'locald'; versionInfo = $version; sourceInfo = "commit $commit"
            downloadLocation = "git+$site.git@$commit"; filesAnalyzed = $true
            packageVerificationCode = @{ packageVerificationCodeValue = Get-Digest SHA1 ([Text.Encoding]::ASCII.GetBytes($sha1)) }
            primaryPackagePurpose = 'APPLICATION'; licenseConcluded = $licences; licenseDeclared = 'MIT'
            copyrightText = [regex]::Match((Get-Text LICENSE), '(?m)^Copyright.*$').Value
            externalRefs = @([ordered]@{ referenceCategory = 'PACKAGE-MANAGER'; referenceType = 'purl'; referenceLocator = "pkg:github/$repository@v$version" })
        }
    ) + @($parts | ForEach-Object {
            [ordered]@{
                SPDXID = $_.Id; name = $_.Name; versionInfo = $_.Version; downloadLocation = 'NOASSERTION'; filesAnalyzed = $false
                licenseConcluded = $_.Licence; licenseDeclared = $_.Licence; copyrightText = 'NOASSERTION'
                externalRefs = @([ordered]@{ referenceCategory = 'PACKAGE-MANAGER'; referenceType = 'purl'; referenceLocator = $_.Purl })
            }
        })
    files = @([ordered]@{
            SPDXID = 'SPDXRef-File-locald'; fileName = './locald.exe'; fileTypes = @('BINARY')
            checksums = @([ordered]@{ algorithm = 'SHA1'; checksumValue = $sha1 }, [ordered]@{ algorithm = 'SHA256'; checksumValue = $sha256 })
            licenseConcluded = $licences; copyrightText = 'NOASSERTION'
        })
    relationships = @(
        [ordered]@{ spdxElementId = 'SPDXRef-DOCUMENT'; relationshipType = 'DESCRIBES'; relatedSpdxElement = 'SPDXRef-Package-locald' },
        [ordered]@{ spdxElementId = 'SPDXRef-Package-locald'; relationshipType = 'CONTAINS'; relatedSpdxElement = 'SPDXRef-File-locald' }
    ) + @($parts | ForEach-Object { [ordered]@{ spdxElementId = 'SPDXRef-File-locald'; relationshipType = 'STATIC_LINK'; relatedSpdxElement = $_.Id } })
}

function Get-Chapter([string] $Title) { "`n`n$Title`n$('=' * $Title.Length)`n`n" }
$notices = "locald $version ($Rid) is under the MIT licence; see LICENSE.`nThe program holds, linked into one file, these works of others:`n`n" +
    (-join ($parts | ForEach-Object { '  {0,-14} {1,-24} {2}' -f $_.Name, $_.Version, $_.Licence + "`n" })) +
    (Get-Chapter 'The .NET runtime: MIT licence') + (Get-Text "$runtime/LICENSE.TXT") +
    (Get-Chapter 'The .NET runtime: what it contains') + (Get-Text "$runtime/THIRD-PARTY-NOTICES.TXT")

$texts = [ordered]@{
    'CHANGELOG.md' = Get-Text CHANGELOG.md
    'LICENSE' = Get-Text LICENSE
    'README.md' = (Get-Text README.md).Replace('OWNER/locald', $repository) -creplace '\]\((CONTRIBUTING|SECURITY)\.md', "]($site/blob/v$version/`$1.md"
    'THIRD-PARTY-NOTICES' = $notices
    'completions/_locald' = Get-Said @('completion', 'zsh')
    'completions/locald.bash' = Get-Said @('completion', 'bash')
    'completions/locald.fish' = Get-Said @('completion', 'fish')
    'completions/locald.ps1' = Get-Said @('completion', 'powershell')
    'locald.exe' = $null
    'locald.spdx.json' = (ConvertTo-Json $bill -Depth 8).Replace("`r", '') + "`n"
    'man/locald.1' = Get-Said @('help', '--man')
}

New-Item -ItemType Directory -Force $Folder | Out-Null
Remove-Item (Join-Path $Folder "locald-*-$Rid.zip") -ErrorAction Ignore
$target = Join-Path (Resolve-Path $Folder).Path "$name.zip"
$zip = [IO.Compression.ZipArchive]::new([IO.File]::Create($target), [IO.Compression.ZipArchiveMode]::Create)
try {
    foreach ($path in $texts.Keys) {
        $entry = $zip.CreateEntry("$name/$path", [IO.Compression.CompressionLevel]::Optimal)
        $entry.LastWriteTime = $time
        $bytes = if ($path -eq 'locald.exe') { $program } else { [Text.UTF8Encoding]::new($false).GetBytes($texts[$path]) }
        $stream = $entry.Open()
        try { $stream.Write($bytes, 0, $bytes.Length) } finally { $stream.Dispose() }
    }
}
finally { $zip.Dispose() }
[Console]::Error.WriteLine("$target`: $((Get-Item $target).Length) bytes")
