# Puts locald @VERSION@ under %LOCALAPPDATA%\Programs\locald, and its folder into the user's PATH. Windows PowerShell 5.1 and PowerShell 7.
# Made for one release: it knows the sums of that release's files, and installs nothing else. Not yet run on Windows.
# Everything is in functions, and the last line calls them: half a download does nothing.
param(
    [string] $Prefix = '',
    [string] $Archive = '',
    [switch] $Uninstall
)

$LocaldVersion = '@VERSION@'
$LocaldSource = '@SITE@/releases/download/v@VERSION@'
# ARCHIVE SHA-256
$LocaldSums = '@SUMS@'

function Stop-Locald([string] $Why, [string] $Hint = '') {
    $text = "locald: installation failed: $Why"
    if ($Hint) { $text += "`n  try: $Hint" }
    throw $text
}

function Get-LocaldArchive {
    # The machine's, also where PowerShell itself is translated.
    $cpu = "$([Runtime.InteropServices.RuntimeInformation]::OSArchitecture)"
    $rid = switch ($cpu) { 'X64' { 'win-x64' } 'Arm64' { 'win-arm64' } default { Stop-Locald "there is no locald for $cpu" } }
    $name = "locald-$LocaldVersion-$rid.zip"
    $line = $LocaldSums -split "`n" | ForEach-Object { $_.Trim() } | Where-Object { $_.StartsWith("$name ") } | Select-Object -First 1
    if (-not $line) { Stop-Locald "release $LocaldVersion has no $name" }
    [pscustomobject]@{ Name = $name; Folder = "locald-$LocaldVersion-$rid"; Sum = $line.Substring($name.Length + 1).Trim() }
}

function Get-UserPath {
    $key = [Microsoft.Win32.Registry]::CurrentUser.OpenSubKey('Environment')
    # As it is written, with its variables: what is expanded would be written back expanded.
    if ($key) { try { [string] $key.GetValue('Path', '', 'DoNotExpandEnvironmentNames') } finally { $key.Dispose() } } else { '' }
}

function Set-UserPath([string] $Value) {
    $key = [Microsoft.Win32.Registry]::CurrentUser.CreateSubKey('Environment')
    try { $key.SetValue('Path', $Value, 'ExpandString') } finally { $key.Dispose() }
    # Setting and removing any variable this way tells running programs that the environment changed.
    [Environment]::SetEnvironmentVariable('LOCALD_PATH_CHANGED', '1', 'User')
    [Environment]::SetEnvironmentVariable('LOCALD_PATH_CHANGED', $null, 'User')
}

function Install-Locald([string] $Folder, [string] $File) {
    $wanted = Get-LocaldArchive
    $list = Join-Path $Folder 'installed.txt'
    $exe = Join-Path $Folder 'locald.exe'
    $paths = @((Get-UserPath) -split ';' | Where-Object { $_ })
    if ((Test-Path $list) -and (Test-Path $exe) -and ((Get-Content $list -TotalCount 1) -eq "archive $($wanted.Sum)") -and ($paths -contains $Folder)) {
        Write-Output "already: locald $LocaldVersion in $Folder"
        return
    }
    $work = Join-Path ([IO.Path]::GetTempPath()) ('locald-' + [Guid]::NewGuid().ToString('N'))
    New-Item -ItemType Directory $work | Out-Null
    try {
        if (-not $File) {
            $File = Join-Path $work $wanted.Name
            [Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12
            Invoke-WebRequest -UseBasicParsing -Uri "$LocaldSource/$($wanted.Name)" -OutFile $File
        }
        $actual = (Get-FileHash -Algorithm SHA256 -LiteralPath $File).Hash
        if ($actual -ne $wanted.Sum) { Stop-Locald "$File is not $($wanted.Name) of this release: its SHA-256 is $actual, and $($wanted.Sum) was expected" }
        Add-Type -AssemblyName System.IO.Compression.FileSystem
        [IO.Compression.ZipFile]::ExtractToDirectory((Resolve-Path -LiteralPath $File).ProviderPath, $work)
        $from = Join-Path $work $wanted.Folder
        & (Join-Path $from 'locald.exe') version | Out-Null
        if ($LASTEXITCODE -ne 0) { Stop-Locald "this machine does not run $($wanted.Name)" }

        $names = @(Get-ChildItem -LiteralPath $from -Recurse -File | ForEach-Object { $_.FullName.Substring($from.Length + 1) })
        foreach ($name in $names) {
            $to = Join-Path $Folder $name
            New-Item -ItemType Directory -Force (Split-Path $to) | Out-Null
            Copy-Item -LiteralPath (Join-Path $from $name) -Destination "$to.new" -Force
        }
        foreach ($name in $names) {
            $to = Join-Path $Folder $name
            # A running program cannot be overwritten here, but it can be renamed.
            if (Test-Path -LiteralPath "$to.old") { Remove-Item -LiteralPath "$to.old" -Force -ErrorAction Ignore }
            if (Test-Path -LiteralPath $to) { Move-Item -LiteralPath $to -Destination "$to.old" -Force }
            Move-Item -LiteralPath "$to.new" -Destination $to
            Remove-Item -LiteralPath "$to.old" -Force -ErrorAction Ignore
        }
        $added = (($paths -notcontains $Folder) -or ((Test-Path $list) -and ((Get-Content $list) -contains 'path')))
        Set-Content -LiteralPath $list -Value (@("archive $($wanted.Sum)") + @(if ($added) { 'path' }) + @($names | ForEach-Object { "file $_" }))
        if ($paths -notcontains $Folder) {
            Set-UserPath (($paths + $Folder) -join ';')
            Write-Output "added to your PATH, for programs that start from now on: $Folder"
        }
        $env:Path = "$env:Path;$Folder"
        Write-Output "installed: locald $LocaldVersion in $Folder"
    }
    finally { Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction Ignore }
}

function Uninstall-Locald([string] $Folder) {
    $list = Join-Path $Folder 'installed.txt'
    $exe = Join-Path $Folder 'locald.exe'
    if (-not (Test-Path $list)) {
        Write-Output "already: nothing in $Folder was installed by install.ps1"
        return
    }
    # Once the program is gone nobody takes its root out of the trust stores.
    if ((Test-Path $exe) -and ((& $exe status --json 2>$null | Out-String) -match '"state": "TRUSTED"')) {
        Stop-Locald 'its root is still trusted here' "& '$exe' untrust"
    }
    $lines = @(Get-Content $list)
    foreach ($name in $lines | Where-Object { $_.StartsWith('file ') } | ForEach-Object { $_.Substring(5) }) {
        Remove-Item -LiteralPath (Join-Path $Folder $name) -Force -ErrorAction Ignore
        Remove-Item -LiteralPath ((Join-Path $Folder $name) + '.old') -Force -ErrorAction Ignore
        if (Test-Path -LiteralPath (Join-Path $Folder $name)) { Stop-Locald "$(Join-Path $Folder $name) is in use" "& '$exe' stop" }
    }
    if ($lines -contains 'path') { Set-UserPath ((@((Get-UserPath) -split ';' | Where-Object { $_ -and $_ -ne $Folder })) -join ';') }
    Remove-Item -LiteralPath $list
    # The deepest first; a folder with something else in it stays.
    foreach ($empty in @(Get-ChildItem -LiteralPath $Folder -Recurse -Directory | Sort-Object { $_.FullName.Length } -Descending | ForEach-Object FullName) + $Folder) {
        if (-not (Get-ChildItem -LiteralPath $empty -Force)) { Remove-Item -LiteralPath $empty }
    }
    Write-Output "removed: locald from $Folder"
}

& {
    Set-StrictMode -Version 2
    $ErrorActionPreference = 'Stop'
    # Its bar makes a download of seconds one of minutes in 5.1.
    $ProgressPreference = 'SilentlyContinue'
    try {
        if (-not $Prefix) { $Prefix = Join-Path $env:LOCALAPPDATA 'Programs\locald' }
        $Prefix = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Prefix)
        if ($Uninstall) { Uninstall-Locald $Prefix } else { Install-Locald $Prefix $Archive }
    }
    catch {
        $text = "$($_.Exception.Message)"
        [Console]::Error.WriteLine($(if ($text.StartsWith('locald: ')) { $text } else { "locald: installation failed: $text" }))
        # Piped into iex it must not end the shell that it runs in.
        if ($PSCommandPath) { exit 1 }
    }
}
