using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd;

/// <summary>What becomes of the data that a command prints, wherever it goes.</summary>
public sealed class StandardOutputTests
{
    [Fact(Timeout = 30_000)]
    public async Task What_others_write_to_the_same_file_stays()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.ShellAsync($"(echo before; '{LocaldBinary.Path}' version; echo between; '{LocaldBinary.Path}' version --jsn; echo after) >out 2>&1; cat out");
        result.ShouldExit(0);
        Assert.Matches(@"^before\n[\d.]+\nbetween\nlocald: .*--jsn.*\n(  try: .*\n)*after\n$", result.Out);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_pipe_that_does_not_block_gets_all_of_it()
    {
        await using Sandbox sandbox = new();
        string all = (await sandbox.LocaldAsync("help", "--man")).ShouldExit(0).Out;
        Assert.True(all.Length > 3 * 4096);

        // The pipe is full before anything is read: whoever writes on gets EAGAIN.
        ProcessResult result = await sandbox.RunAsync("python3",
        [
            "-c",
            """
            import array, fcntl, os, subprocess, sys, termios
            readable, writable = os.pipe()
            fcntl.fcntl(writable, fcntl.F_SETPIPE_SZ, 4096)
            os.set_blocking(writable, False)
            child = subprocess.Popen([sys.argv[1], 'help', '--man'], stdout=writable)
            os.close(writable)
            waiting = array.array('i', [0])
            while waiting[0] < 4096:
                fcntl.ioctl(readable, termios.FIONREAD, waiting)
                if child.poll() is not None: sys.exit(f'it ended with {child.returncode}')
            sys.stdout.write(open(readable, encoding='utf-8').read())
            sys.exit(child.wait())
            """,
            LocaldBinary.Path,
        ]);
        Assert.Equal(all, result.ShouldExit(0).Out);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_reader_that_has_seen_enough_is_no_error()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.RunAsync("bash", ["-c", $"'{LocaldBinary.Path}' help --man | true; exit ${{PIPESTATUS[0]}}"]);
        result.ShouldExit(0);
        Assert.Empty(result.Error);
    }

    [Fact(Timeout = 30_000)]
    public async Task A_full_disk_is_told_and_the_exit_code_says_so()
    {
        await using Sandbox sandbox = new();
        ProcessResult result = await sandbox.ShellAsync($"'{LocaldBinary.Path}' version >/dev/full");
        result.ShouldExit(1);
        Assert.Equal("locald: writing to standard output failed: No space left on device\n  try: df -h\n", result.Error);
    }
}
