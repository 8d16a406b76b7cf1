# The one way to build locald on Windows, for people, for CI and for a release. build.sh is its twin.
param(
    [Parameter(Position = 0)] [string] $Verb = '',
    [Parameter(Position = 1, ValueFromRemainingArguments)] [string[]] $Rest = @()
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
Set-Location $PSScriptRoot

function Show-Usage {
    [Console]::Error.WriteLine(@'
usage: ./build.ps1 VERB

  run [ARGS]        publish, then `locald serve ARGS`; without a route it serves the built-in page
  publish [RID]     the native file, to artifacts/locald.exe; win-arm64 on x64, and win-x64 on arm64, to artifacts/RID/locald.exe
  archive [RID]     publish, then the archive that a release has for it, to artifacts/release
  test              publish, then the unit tests
  verify            compares two builds on Linux and macOS: ./build.sh verify
  fuzz [N [SEED]]   N random inputs for each parser of what comes from the network (default a million, some minutes)
  bench             its peers run on Linux: ./build.sh bench
  install [PREFIX]  publish, then copy it to PREFIX/bin/locald.exe (default %LOCALAPPDATA%\Programs\locald)
  clean             remove artifacts/
'@)
}

function Stop-Build([string] $Why, [string[]] $Hints = @()) {
    [Console]::Error.WriteLine("build.ps1: $Why")
    foreach ($hint in $Hints) { [Console]::Error.WriteLine("  try: $hint") }
    exit 1
}

# Windows PowerShell does not know $IsWindows, and nothing else is what it runs on.
if ($PSVersionTable.PSEdition -eq 'Core' -and -not $IsWindows) {
    # One implementation per system: everywhere else it is the shell's.
    & ./build.sh $Verb @Rest
    exit $LASTEXITCODE
}

# What the machine is, also for a PowerShell that it emulates.
$native = if ([Runtime.InteropServices.RuntimeInformation]::OSArchitecture -eq 'Arm64') { 'win-arm64' } else { 'win-x64' }

function Assert-Tools([string] $Rid) {
    if (-not (Get-Command dotnet -ErrorAction Ignore)) {
        Stop-Build 'the .NET 10 SDK is missing' @('winget install Microsoft.DotNet.SDK.10')
    }
    # Each processor's libraries are a component of their own.
    $component = "Microsoft.VisualStudio.Component.VC.Tools.$(if ($Rid -eq 'win-arm64') { 'ARM64' } else { 'x86.x64' })"
    $vswhere = Join-Path ${env:ProgramFiles(x86)} 'Microsoft Visual Studio\Installer\vswhere.exe'
    $linker = if (Test-Path $vswhere) {
        & $vswhere -latest -products * -requires $component -property installationPath
    }
    if (-not $linker) {
        Stop-Build "the C++ build tools for $Rid, whose linker the native compiler calls, are missing" @(
            "winget install Microsoft.VisualStudio.2022.BuildTools --override `"--wait --passive --add Microsoft.VisualStudio.Workload.VCTools --add $component --includeRecommended`"")
    }
}

function Publish-Locald([string] $Rid = $native) {
    if ($Rid -notin 'win-x64', 'win-arm64') { Stop-Build "'$Rid' is not built on Windows" @("./build.sh publish $Rid") }
    Assert-Tools $Rid
    $out = if ($Rid -eq $native) { 'artifacts' } else { "artifacts/$Rid" }
    New-Item -ItemType Directory -Force $out | Out-Null
    & dotnet publish src/Locald -c Release -r $Rid --nologo -v quiet
    if ($LASTEXITCODE -ne 0) { Stop-Build 'publish failed' }
    Copy-Item "artifacts/publish/Locald/release_$Rid/locald.*" $out -Force
    $size = (Get-Item "$out/locald.exe").Length
    [Console]::Error.WriteLine("$out/locald.exe: $size bytes, $Rid")
}

function New-Archive([string] $Rid) {
    Publish-Locald $native
    $file = 'artifacts/locald.exe'
    if ($Rid -ne $native) {
        Publish-Locald $Rid
        $file = "artifacts/$Rid/locald.exe"
    }
    # What another processor's file would say, this machine's says.
    & src/Packaging/archive.ps1 -Rid $Rid -File $file -Here artifacts/locald.exe -Folder artifacts/release
}

function Invoke-Tests {
    Publish-Locald
    & dotnet build tests/Locald.Tests -c Release --nologo -v quiet
    if ($LASTEXITCODE -ne 0) { Stop-Build 'the tests do not build' }
    $result = 'artifacts/test-results/Locald.Tests.xml'
    New-Item -ItemType Directory -Force artifacts/test-results | Out-Null
    Remove-Item $result -ErrorAction Ignore
    & artifacts/bin/Locald.Tests/release/Locald.Tests.exe -noLogo -noColor -result-xml $result
    $status = $LASTEXITCODE
    if (-not (Test-Path $result)) { Stop-Build "the tests ended with $status and left no result" }
    $counted = ([xml](Get-Content -Raw $result)).assemblies.assembly
    $failed = [int]$counted.failed + [int]$counted.errors
    if (($status -ne 0 -and $failed -eq 0) -or [int]$counted.passed -eq 0) { $failed++ }
    Write-Output "$($counted.passed) passed, $failed failed, $($counted.skipped) skipped"
    if ($failed -ne 0) { exit 1 }
}

function Invoke-Fuzz([string] $Inputs, [string] $Seed) {
    if ("$Inputs$Seed" -match '[^0-9]') { Stop-Build 'fuzz takes a number of inputs and a seed' @('./build.ps1 fuzz 1000000 1') }
    & dotnet build tests/Locald.Tests -c Release --nologo -v quiet
    if ($LASTEXITCODE -ne 0) { Stop-Build 'the tests do not build' }
    [Console]::Error.WriteLine("build.ps1: $Inputs inputs for each parser, seed $Seed")
    $env:LOCALD_RANDOM_INPUTS = $Inputs
    $env:LOCALD_RANDOM_SEED = $Seed
    & artifacts/bin/Locald.Tests/release/Locald.Tests.exe -noLogo -noColor -trait Inputs=Random -showLiveOutput
    exit $LASTEXITCODE
}

function Install-Locald([string] $Prefix) {
    Publish-Locald
    $bin = Join-Path $Prefix 'bin'
    $target = Join-Path $bin 'locald.exe'
    New-Item -ItemType Directory -Force $bin | Out-Null
    Copy-Item artifacts/locald.exe "$target.new" -Force
    # A running program cannot be overwritten here, but it can be renamed.
    Remove-Item "$target.old" -ErrorAction Ignore
    if (Test-Path $target) { Move-Item $target "$target.old" -Force }
    Move-Item "$target.new" $target
    [Console]::Error.WriteLine("installed $target")
}

switch ($Verb) {
    'run' { Publish-Locald; & artifacts/locald.exe serve @Rest; exit $LASTEXITCODE }
    'publish' { Publish-Locald $(if ($Rest) { $Rest[0] } else { $native }) }
    'archive' { New-Archive $(if ($Rest) { $Rest[0] } else { $native }) }
    'package' { Stop-Build 'a release is put together on Linux' @('wsl ./build.sh package') }
    'test' { Invoke-Tests }
    'verify' { Stop-Build 'two builds are compared on Linux and macOS' @('wsl ./build.sh verify') }
    'fuzz' { Invoke-Fuzz $(if ($Rest) { $Rest[0] } else { '1000000' }) $(if ($Rest.Count -gt 1) { $Rest[1] } else { Get-Random -Maximum 1000000000 }) }
    'bench' { Stop-Build 'the peers it is measured against run on Linux' @('wsl ./build.sh bench') }
    'install' { Install-Locald $(if ($Rest) { $Rest[0] } else { Join-Path $env:LOCALAPPDATA 'Programs\locald' }) }
    'clean' { Remove-Item -Recurse -Force artifacts -ErrorAction Ignore }
    default { Show-Usage; exit 2 }
}
