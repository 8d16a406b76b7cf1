using System.Diagnostics;
using System.Runtime.Versioning;
using Locald.Nss;
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
    public async Task It_gets_the_question_and_no_variables()
    {
        byte[] question = new Answer("hello", -1).Format();
        NssAnswer answer = await RunAsync("""[ -z "$HOME" ] && exec cat""", s_patience, TestContext.Current.CancellationToken, question);
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
    public void An_answer_is_whole_or_none()
    {
        byte[] good = s_answer.Format();
        Assert.Equal(3, Assert.Single(NssAnswer.Parse(good)!.Others).Length);
        Assert.Null(NssAnswer.Parse([.. good, 0]));
        Assert.Null(NssAnswer.Parse(new Answer("", 0).Format()));
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Null(NssAnswer.Parse(good.AsSpan(0, length)));
        }
    }

    [Fact]
    public void No_bytes_break_the_reader_of_answers()
    {
        byte[] good = s_answer.Format();
        Random random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] broken = [.. good];
            broken[random.Next(broken.Length)] = (byte)random.Next(256);
            NssAnswer.Parse(broken.AsSpan(0, random.Next(broken.Length + 1)));
        }
    }

    private static readonly Answer s_answer = new("done", 0) { Condition = "full", Version = "3", Present = true, Trusted = true, Others = [[1, 2, 3]] };

    private static readonly NssQuestion s_question = new("/lib/libnss3.so", "/home", "probe", new byte[] { 1 }, "", null, []);

    private Task<NssAnswer> RunAsync(string script, TimeSpan limit, CancellationToken stop, byte[]? question = null)
    {
        string program = Path.Combine(_folder, "program");
        File.WriteAllText(program, $"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n");
        File.SetUnixFileMode(program, (UnixFileMode)0b111_000_000);
        return Task.Run(() => NssProcess.Run(program, question ?? s_question.Format(), limit), stop);
    }
}
