using System.Text;
using Locald.Doctor;

namespace Locald.Service;

/// <summary>Puts a service's files in place and takes them away, with the commands of the system's manager around that.</summary>
internal static class ServiceChange
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>For one command: a stop waits for requests under way.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Writes the files and starts the service. Where it does not start, everything is as it was before.</summary>
    /// <exception cref="UserError">A file cannot be written, or a command failed.</exception>
    internal static async Task InstallAsync(ServicePlan plan, Session session)
    {
        (string Path, string? Text)[] before = [.. plan.Files.Select(f => (f.Path, File.Exists(f.Path) ? Disk.Read(f.Path) : null))];
        foreach (ServiceFile file in plan.Files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        }

        if (before.Any(f => f.Text is not null))
        {
            await CallAllAsync(plan.Withdraw, session);
        }

        Disk.Write(owner: null, [.. plan.Files.Select(f => new NewFile(f.Path, Encoding.UTF8.GetBytes(f.Text), Readable))]);
        foreach (string[] command in plan.Start)
        {
            ProgramRun run = await CallAsync(command, session);
            if (run.Code != 0)
            {
                await RestoreAsync(plan, before, session);
                string why = run.FirstErrorLine.Length > 0 ? run.FirstErrorLine : $"exit code {run.Code}";
                throw new UserError("service install", $"'{string.Join(' ', command)}': {why}; nothing was left behind", ExitCode.Failed, plan.Diagnosis);
            }
        }
    }

    /// <summary>Stops the service and removes its files.</summary>
    /// <exception cref="UserError">A file cannot be removed.</exception>
    internal static async Task UninstallAsync(ServicePlan plan, Session session)
    {
        await CallAllAsync(plan.Stop, session);
        foreach (ServiceFile file in plan.Files)
        {
            Disk.Delete(file.Path);
        }

        await CallAllAsync(plan.Forget, session);
    }

    /// <summary>Runs one command of the manager.</summary>
    internal static async Task<ProgramRun> CallAsync(string[] command, Session session)
    {
        if (PathSearch.Find(command[0], session) is not { } program)
        {
            return new(-1, "", $"there is no {command[0]}");
        }

        using CancellationTokenSource limit = new(Patience);
        try
        {
            return await ProgramRun.OfAsync(program, command[1..], [], limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new(-1, "", $"it did not end within {Patience.TotalSeconds:0} s");
        }
    }

    private static async Task CallAllAsync(IReadOnlyList<string[]> commands, Session session)
    {
        foreach (string[] command in commands)
        {
            await CallAsync(command, session);
        }
    }

    private static async Task RestoreAsync(ServicePlan plan, (string Path, string? Text)[] before, Session session)
    {
        await CallAllAsync(plan.Stop, session);
        foreach ((string path, string? text) in before)
        {
            if (text is null)
            {
                Disk.Delete(path);
            }
            else
            {
                Disk.Write(owner: null, new NewFile(path, Encoding.UTF8.GetBytes(text), Readable));
            }
        }

        await CallAllAsync(before.All(f => f.Text is null) ? plan.Forget : plan.Start, session);
    }
}
