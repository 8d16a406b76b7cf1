using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Locald.Nss.Interop;

[assembly: SupportedOSPlatform("linux")]

namespace Locald.Nss;

/// <summary>Reads one request from standard input, opens one database with one libnss3, answers on standard output, and ends.</summary>
internal static class Program
{
    /// <summary>A certificate and some paths take 2 KB.</summary>
    private const int LongestRequest = 64 * 1024;

    private static readonly Lock s_saying = new();

    private static int Main()
    {
        byte[] message = new byte[LongestRequest];
        return Say(Request.Parse(StandardPipes.Read(message)) is { } request ? Carry(request) : new("request", 0));
    }

    /// <returns>The exit code.</returns>
    private static int Say(Answer answer)
    {
        // One answer, whoever has it first; after it nobody does anything more.
        s_saying.Enter();
        StandardPipes.Write(answer.Format());
        return answer.IsDone ? 0 : 1;
    }

    private static Answer Carry(Request request)
    {
        if ((request.Become ?? OwnerForRoot(request.Database)) is { } user && Become(user.Uid, user.Gid) is { } refused)
        {
            return refused;
        }

        // A killed locald goes on with nothing, and the next one finds nobody at work. Becoming somebody else would undo it.
        LibC.EndWithParent();

        // What NSS creates is for its owner alone.
        _ = LibC.SetMask(0b000_111_111);
        if (Libraries.Load(request.Library) is { } why)
        {
            return new("load", 0) { Message = why };
        }

        if (!Condition.AreFiles(request.Database))
        {
            return new("open", 0) { Condition = Condition.NoFile };
        }

        LockWatch.Start(request.Database, request.Writes, () => LibC.Exit(Say(new("wait", 0) { Condition = Condition.Locked })));
        return request.Verb == Verb.Install ? Install(request) : Ask(request, request.Database);
    }

    private static Answer Install(Request request)
    {
        NewFiles made = new(request.Database);
        Answer? whole = made.IsWholeDatabase ? Make(request) : null;
        if (whole is null)
        {
            // What has come there in the meantime is not ours to take back.
            made = new(request.Database);
        }

        Answer answer = whole ?? Ask(request, request.Database);
        if (answer.IsDone)
        {
            answer = made.Accompany(request.Files) ?? answer;
        }

        if (!answer.IsDone)
        {
            made.TakeBack();
        }

        return answer;
    }

    /// <returns>Null where somebody else, a browser, has made a database there in the meantime.</returns>
    private static Answer? Make(Request request)
    {
        Draft draft = new(request.Database);
        try
        {
            draft.Begin();
            Answer answer = Ask(request, draft.Folder);
            return !answer.IsDone || draft.Finish() ? answer : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("folder", e.HResult) { Condition = Condition.Of(request.Database, toWrite: true) };
        }
        finally
        {
            draft.Discard();
        }
    }

    private static Answer Ask(Request request, string folder)
    {
        (Database? database, Answer? unopened) = Database.Open(folder, request.Writes);
        using (database)
        {
            Answer answer = unopened ?? request.Verb switch
            {
                Verb.Install => database!.Install(request.Certificate, request.Name) ?? database.Probe(request.Certificate),
                Verb.Remove => database!.Remove(request.Certificate) ?? database.Probe(request.Certificate),
                Verb.Verify => Database.Verify(request.Certificate, request.Name),
                _ => database!.Probe(request.Certificate),
            };

            // Of a password nothing is the matter with the files.
            if (!answer.IsDone && !answer.IsOfPassword)
            {
                answer.Condition = Condition.Of(folder, request.Writes);
                answer.Present = answer.Condition == Condition.Keyless && Keyless.Holds(folder, request.Certificate);
            }

            return answer;
        }
    }

    /// <summary>Root that finds itself in the home of somebody else (su without a dash) leaves no file there that its owner cannot change.</summary>
    private static (uint Uid, uint Gid)? OwnerForRoot(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        string? existing = folder;
        while (existing is not null && !Directory.Exists(existing))
        {
            existing = Path.GetDirectoryName(existing);
        }

        return existing is not null && LibC.OwnerOf(existing) is { Uid: not 0 } owner ? owner : null;
    }

    /// <summary>Under sudo: what lies in a home folder is changed as its owner, and by nobody else.</summary>
    private static Answer? Become(uint uid, uint gid) =>
        LibC.SetGroups(0, []) != 0 || LibC.SetGroup(gid) != 0 || LibC.SetUser(uid) != 0
            ? new("become", Marshal.GetLastPInvokeError()) : null;
}
