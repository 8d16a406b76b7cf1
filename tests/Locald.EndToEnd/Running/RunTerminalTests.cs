using Locald.EndToEnd.Fixtures;

namespace Locald.EndToEnd.Running;

/// <summary>A person at a terminal, played by a script over a pty.</summary>
public sealed class RunTerminalTests
{
    /// <summary>Runs a shell at a terminal; <c>say</c> types, <c>until</c> waits for what appears behind what was waited for last; <c>enter_until</c> presses Enter meanwhile.</summary>
    private const string Player = """
        import os, pty, select, sys, time
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv('/bin/bash', ['bash', '--norc', '--noprofile', '-i'])
        seen, at = b'', 0
        def say(text): os.write(terminal, text.encode())
        def until(text):
            global seen, at
            end = time.time() + 20
            while text.encode() not in seen[at:]:
                if time.time() > end or not select.select([terminal], [], [], 20)[0]:
                    sys.exit(f'waited in vain for {text!r} in {seen[at:]!r}')
                seen += os.read(terminal, 4096)
            at = seen.index(text.encode(), at) + len(text)
        def enter_until(text):
            global seen
            end = time.time() + 20
            while text.encode() not in seen[at:]:
                if time.time() > end: sys.exit(f'waited in vain for {text!r} in {seen[at:]!r}')
                say('\n')
                if select.select([terminal], [], [], 0.1)[0]: seen += os.read(terminal, 4096)
            until(text)

        """;

    private static async Task PlayAsync(Sandbox sandbox, string play)
    {
        sandbox.Variables["TERM"] = "xterm";
        sandbox.Variables["PS1"] = "% ";
        string run = $"{LocaldBinary.Path} run --name app {string.Join(' ', RunningApp.Alone())} --";
        (await sandbox.RunAsync("/usr/bin/python3", ["-c", Player + play.Replace("RUN", run)])).ShouldExit(0);
        Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested);
    }

    [Fact(Timeout = 60_000)]
    public async Task Ctrl_C_is_the_commands_and_so_is_its_exit_code()
    {
        await using Sandbox sandbox = new();
        await PlayAsync(sandbox, """
            say("RUN sh -c 'trap \"echo caught; exit 5\" INT; echo r''eady; while :; do sleep 0.1; done'; echo co''de $?\n")
            until('ready'); say('\x03'); until('caught'); until('code 5')
            say("RUN sh -c 'echo r''eady; exec sleep 1000'\n")
            until('ready'); say('\x03'); until('% '); say("echo co''de $?\n"); until('code 130')
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Ctrl_Z_stops_it_and_fg_and_bg_go_on()
    {
        await using Sandbox sandbox = new();
        await PlayAsync(sandbox, """
            say("RUN sh -c 'echo r''eady; while read x; do echo got-$x; done'\n")
            until('ready'); say('one\n'); until('got-one')
            say('\x1a'); until('Stopped'); until('% ')
            say('fg\n'); until('fg'); say('two\n'); until('got-two')
            say('\x1a'); until('Stopped'); until('% ')

            # In the background it is stopped when it reads. The shell must have seen that: one that takes the job for a running one does not continue it.
            say('bg\n'); until('% '); enter_until('Stopped'); until('% ')
            say('fg\n'); until('fg'); say('three\n'); until('got-three')
            say('\x03'); until('% '); say("echo co''de $?\n"); until('code 130')
            """);
    }

    [Fact(Timeout = 60_000)]
    public async Task Closing_the_terminal_ends_the_command()
    {
        await using Sandbox sandbox = new();
        await PlayAsync(sandbox, """
            say("RUN sh -c 'echo $$ > pid; echo r''eady; exec sleep 1000'\n")
            until('ready')
            os.close(terminal)
            app = int(open('pid').read())
            end = time.time() + 20
            while os.path.exists(f'/proc/{app}') and open(f'/proc/{app}/stat').read().split()[2] != 'Z':
                if time.time() > end: sys.exit('it still runs')
                time.sleep(0.02)
            """);
    }
}
