using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

/// <summary>The helper program's caller, with shell scripts in its place.</summary>
[SupportedOSPlatform("linux")]
public sealed class NssProcessTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly string _folder = Directory.CreateTempSubdirectory("locald-nss-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_hangs_is_stopped_with_its_children() =>
        Assert.Equal("time", (await RunAsync("sleep 60 & cat; sleep 60", TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken)).Step);

    [Fact(Timeout = 60_000)]
    public async Task A_program_that_closes_its_output_and_hangs_is_stopped() =>
        Assert.Equal("time", (await RunAsync("exec >&- 2>&-; exec sleep 60", TimeSpan.FromMilliseconds(300), TestContext.Current.CancellationToken)).Step);

    [Theory(Timeout = 60_000)]
    [InlineData("head -c 10000000 /dev/zero")]
    [InlineData("head -c 10000000 /dev/zero >&2")]
    [InlineData("exec cat /dev/zero")]
    public async Task A_program_that_says_too_much_is_stopped_at_once(string script)
    {
        long began = Stopwatch.GetTimestamp();
        Assert.Equal("start", (await RunAsync(script, s_patience, TestContext.Current.CancellationToken)).Step);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, s_patience / 2);
    }

    [Fact(Timeout = 60_000)]
    public async Task It_gets_one_line_and_no_variables()
    {
        NssAnswer answer = await RunAsync("""read line; [ -z "$HOME" ] && echo "{\"step\":\"$line\",\"error\":-1}" """, s_patience, TestContext.Current.CancellationToken);
        Assert.Equal(("hello", -1), (answer.Step, answer.Error));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_image_that_no_system_starts_is_told()
    {
        NssAnswer answer = await Task.Run(() => new NssProgram(() => new byte[] { 1, 2, 3 }).Ask(s_question), TestContext.Current.CancellationToken);
        Assert.Equal("start", answer.Step);
        Assert.Contains("does not carry", new NssProgram(() => null).Ask(s_question).Message);
    }

    [Fact]
    public void No_text_breaks_the_reader_of_answers()
    {
        byte[] whole = """{"step":"done","error":0,"message":null,"condition":"full","version":"3","present":true,"trusted":true,"others":["AAAA","!"]}"""u8.ToArray();
        Assert.Null(NssAnswer.Parse(whole));
        Assert.Null(NssAnswer.Parse([]));
        byte[] good = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(whole).Replace(",\"!\"", ""));
        Assert.Equal(3, Assert.Single(NssAnswer.Parse(good)!.Others).Length);
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. good];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            NssAnswer.Parse(broken.AsSpan(0, random.Next(broken.Length + 1)));
        }
    }

    private static readonly NssQuestion s_question = new("/lib/libnss3.so", "/home", "probe", new byte[] { 1 }, "", null, []);

    private Task<NssAnswer> RunAsync(string script, TimeSpan limit, CancellationToken stop)
    {
        string program = Path.Combine(_folder, "program");
        File.WriteAllText(program, $"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_000_000);
        return Task.Run(() => NssProcess.Run(program, "hello\n"u8.ToArray(), limit), stop);
    }
}
