#requires -Version 7.2
# One Windows, as an administrator has it: trust in the machine's Root store, serve, Windows' own curl (Schannel) and .NET as clients,
# untrust; and the Root stores are as they were. Changes this machine's trust while it runs.
#
#   smoke.ps1 LOCALD
param([Parameter(Mandatory)] [string] $Locald)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$Locald = (Resolve-Path $Locald).Path
$curl = Join-Path $env:SystemRoot 'System32\curl.exe'
$work = Join-Path ([IO.Path]::GetTempPath()) "locald-smoke-$PID"
New-Item -ItemType Directory $work, "$work\site" | Out-Null
$env:LOCALD_HOME = "$work\state"
$started = @()

# Runs it, and holds it to its exit code. Returns what it wrote to standard output.
function Assert-Code([int] $Wanted, [string] $What, [string] $Program, [string[]] $Arguments) {
    $out = & $Program @Arguments 2>"$work\err"
    if ($LASTEXITCODE -ne $Wanted) {
        $out, (Get-Content -Raw "$work\err") | Out-Host
        throw "smoke: FAILED: ${What}: exit $LASTEXITCODE, not ${Wanted}: $Arguments"
    }
    return $out -join "`n"
}

# Starts an instance and waits until its ready file says where it listens.
function Start-Locald([string] $State, [string[]] $Routes) {
    $ready = "ready-$(Split-Path -Leaf $State)"
    $before = $env:LOCALD_HOME
    $env:LOCALD_HOME = $State
    $process = Start-Process $Locald -PassThru -NoNewWindow -WorkingDirectory $work -RedirectStandardError "$work\log-$ready" `
        -ArgumentList (@('serve') + $Routes + @('--https', '127.0.0.1:0', '--http', 'off', '--ready-file', $ready))
    $env:LOCALD_HOME = $before
    # Without a look at its handle now, its exit code would be lost.
    $null = $process.Handle
    $script:started += $process
    for ($i = 0; -not (Test-Path "$work\$ready"); $i++) {
        if ($i -gt 300 -or $process.HasExited) {
            Get-Content "$work\log-$ready" | Out-Host
            throw 'smoke: FAILED: locald is not ready'
        }
        Start-Sleep -Milliseconds 100
    }
    return ([uri](Get-Content -Raw "$work\$ready" | ConvertFrom-Json).listens[0]).Port
}

# Windows asks a certificate's issuer whether it was revoked; a root of this machine has nobody to ask.
function Get-Page([int] $Wanted, [string] $What, [string] $Name, [string[]] $Options = @()) {
    Assert-Code $Wanted $What $curl (@('-sS', '--ssl-no-revoke', '--max-time', '20', '--resolve', "${Name}:${port}:127.0.0.1") + $Options + "https://${Name}:${port}/")
}

function Get-Roots { 'LocalMachine', 'CurrentUser' | ForEach-Object { $place = $_; Get-ChildItem "Cert:\$place\Root" | ForEach-Object { "$place $($_.Thumbprint)" } } | Sort-Object }

try {
    Write-Output "smoke: $(Assert-Code 0 'version' $Locald @('version', '--json'))"
    $before = Get-Roots
    [IO.File]::WriteAllText("$work\site\index.html", 'hello from Windows')

    # The page is a folder's, behind a second instance: a target over TLS.
    $port = Start-Locald "$work\behind" @('app=./site', 'localhost=./site')
    $port = Start-Locald "$work\state" @("app=https://127.0.0.1:$port", "localhost=https://127.0.0.1:$port", 'lost=http://no-such-host.invalid:1')

    $null = Get-Page 60 'a client does not accept what nobody trusted' 'app.localhost'
    $null = Assert-Code 3 'status tells that it is not trusted' $Locald @('status', '--store', 'system')

    Write-Output (Assert-Code 0 'trust' $Locald @('trust', '--store', 'system', '--system', '--json'))
    $again = Assert-Code 0 'trusting again changes nothing' $Locald @('trust', '--store', 'system', '--system', '--json') | ConvertFrom-Json
    if ($again.stores.outcome -notcontains 'already') { throw 'smoke: FAILED: the second trust did not say already' }
    $null = Assert-Code 0 'status tells that it is trusted' $Locald @('status', '--store', 'system')
    $added = @(Compare-Object $before (Get-Roots))
    if ($added.Count -ne 1 -or $added[0].InputObject -notlike 'LocalMachine *') { throw "smoke: FAILED: not one root more in the machine's store: $added" }

    $page = Get-Page 0 'the page' 'app.localhost'
    if ($page -ne 'hello from Windows') { throw "smoke: FAILED: the page is another: $page" }
    if ((Invoke-WebRequest -UseBasicParsing "https://localhost:$port/").StatusCode -ne 200) { throw 'smoke: FAILED: .NET as a client' }
    if ((Get-Page 0 'a host that does not exist' 'lost.localhost' @('-o', "$work\lost", '-w', '%{http_code}')) -ne '502') { throw 'smoke: FAILED: the lost host has another status than 502' }
    $null = Get-Page 35 'a name outside .localhost gets no certificate' 'app.example.com'

    Write-Output (Assert-Code 0 'untrust' $Locald @('untrust', '--store', 'system', '--system', '--json'))
    $null = Get-Page 60 'a client does not accept what is not trusted any more' 'app.localhost'
    $null = Assert-Code 3 'status tells that it is not trusted any more' $Locald @('status', '--store', 'system')
    if (Compare-Object $before (Get-Roots)) { throw 'smoke: FAILED: the Root stores are not as they were' }

    foreach ($state in 'state', 'behind') {
        $env:LOCALD_HOME = "$work\$state"
        $null = Assert-Code 0 'stop' $Locald @('stop')
    }
    foreach ($process in $started) {
        if (-not $process.WaitForExit(20000)) { throw 'smoke: FAILED: serve goes on after stop' }
        if ($process.ExitCode -ne 0) { throw "smoke: FAILED: serve ended with $($process.ExitCode)" }
    }
    Write-Output 'smoke: passed'
}
finally {
    $started | Where-Object { -not $_.HasExited } | Stop-Process -Force
    Remove-Item -Recurse -Force $work -ErrorAction Ignore
}
