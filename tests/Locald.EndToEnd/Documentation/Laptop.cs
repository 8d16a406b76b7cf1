using Locald.EndToEnd.Fixtures;
using Locald.EndToEnd.Systems;

namespace Locald.EndToEnd.Documentation;

/// <summary>
/// A developer's machine for one transcript: a Debian with browsers, Java and Node, its user ann, who may call sudo, and locald in
/// /usr/local/bin. It has namespaces of its own for files, processes, network and the host's name, so that ports 443 and 3000 are free,
/// and everything on it ends with it.
/// </summary>
internal sealed class Laptop : IAsyncDisposable
{
    /// <summary>Long enough for a trust with Java in it on a busy machine.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Reads commands that end in a zero byte, and answers with what each prints, a zero byte, its exit code, a zero byte.</summary>
    private const string Typist = """
        unset BASH_ENV
        exec </dev/tty
        listens() { until (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do sleep 0.05; done; }
        while IFS= read -r -d '' -u 9 command; do
            eval "$command" 9<&-
            printf '\0%s\0' $?
        done
        exit
        """;

    private readonly ChildProcess _shell;
    private int _read;

    private Laptop(ChildProcess shell) => _shell = shell;

    /// <param name="root">The folder of a Debian; it is not written to.</param>
    public static Laptop Start(string root)
    {
        Assert.True(Environment.IsPrivilegedProcess, "a machine of its own needs root: run ./build.sh test as root");

        string boot = $$"""
            set -e
            {{DebianRoots.InMemory(root)}}
            cd {{root}}
            cp '{{LocaldBinary.Path}}' usr/local/bin/locald
            cp '{{Assets.At("hello.py")}}' '{{Assets.At("hello.mjs")}}' usr/local/lib
            mount -t proc proc proc
            mount -t tmpfs -o mode=1777 tmpfs tmp
            ip link set lo up
            hostname laptop
            printf '127.0.0.1 localhost laptop\n::1 localhost\n' > etc/hosts
            echo 'ann:x:1000:1000::/home/ann:/bin/bash' >> etc/passwd
            echo 'ann:x:1000:' >> etc/group
            echo 'ann:*:20000:0:99999:7:::' >> etc/shadow
            echo 'ann ALL=(ALL) NOPASSWD: ALL' > etc/sudoers.d/ann
            install -d -o 1000 -g 1000 home/ann
            cat > usr/local/lib/typist <<'END'
            {{Typist}}
            END
            exec python3 '{{Assets.At("terminal.py")}}' chroot --userspec=ann:ann . env -i -C /home/ann HOME=/home/ann USER=ann \
                PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 NO_COLOR=1 BASH_ENV=/usr/local/lib/typist bash
            """;
        return new(ChildProcess.Start(
            "unshare", ["--mount", "--propagation", "private", "--net", "--uts", "--pid", "--fork", "--kill-child", "bash", "-c", boot], Sandbox.Scrubbed));
    }

    /// <summary>Types a command and waits for its end. Returns its exit code, and what was printed since the last one.</summary>
    public async Task<(int Code, string Answer)> TypeAsync(string command)
    {
        await SendAsync(command);
        int mark = await UntilAsync(text => text.IndexOf('\0', _read) is >= 0 and int at && text.IndexOf('\0', at + 1) >= 0 ? at : -1, command);
        string all = _shell.Out;
        int end = all.IndexOf('\0', mark + 1);
        string answer = Printed(all[_read..mark]);
        _read = end + 1;
        return (int.Parse(all[(mark + 1)..end]), answer);
    }

    /// <summary>Types a command that stays in the background, and waits until what it has printed is enough, or for as long as one may wait.</summary>
    public async Task<string> TypeInBackgroundAsync(string command, Func<string, bool> enough)
    {
        (_, string first) = await TypeAsync(command);
        int from = _read;
        try
        {
            await UntilAsync(text => enough(first + Printed(text[from..])) ? 0 : -1, command);
        }
        catch (TimeoutException)
        {
            // What it said instead is the caller's to show.
        }

        _read = _shell.Out.Length;
        return first + Printed(_shell.Out[from..]);
    }

    public ValueTask DisposeAsync() => _shell.DisposeAsync();

    /// <summary>A terminal ends lines with two characters.</summary>
    private static string Printed(string text) => text.Replace("\r\n", "\n");

    private Task SendAsync(string command) => _shell.WriteAsync(command + "\0");

    private async Task<int> UntilAsync(Func<string, int> find, string what)
    {
        int found = -1;
        await _shell.UntilAsync(() => (found = find(_shell.Out)) >= 0, what, Limit);
        return found;
    }
}
