namespace Locald.Service;

/// <summary>What is there of a service's file.</summary>
internal enum FileState
{
    Absent,

    /// <summary>As it would be written now.</summary>
    Same,

    /// <summary>Ours, of another version or with other routes.</summary>
    Different,

    /// <summary>Somebody else's.</summary>
    Foreign,
}

/// <summary>What is there of a service.</summary>
/// <param name="Files">In the order of the plan.</param>
/// <param name="Active">Whether the manager says that it runs.</param>
internal sealed record ServiceState(IReadOnlyList<(ServiceFile File, FileState State)> Files, bool Active)
{
    internal bool Installed => Files.All(f => f.State is FileState.Same or FileState.Different);

    internal bool AnyOfOurs => Files.Any(f => f.State is FileState.Same or FileState.Different);

    internal bool Same => Files.All(f => f.State == FileState.Same);

    internal static async Task<ServiceState> LookAsync(ServicePlan plan, Session session)
    {
        (ServiceFile, FileState)[] files = [.. plan.Files.Select(f => (f, StateOf(f)))];
        return new(files, files.Any(f => f.Item2 != FileState.Absent) && (await ServiceChange.CallAsync(plan.IsActive, session)).Code == 0);
    }

    /// <exception cref="UserError">It is there and cannot be read.</exception>
    private static FileState StateOf(ServiceFile file)
    {
        if (!File.Exists(file.Path))
        {
            return FileState.Absent;
        }

        string text = Disk.Read(file.Path);
        return text == file.Text ? FileState.Same : text.Contains(ServicePlan.Mark) ? FileState.Different : FileState.Foreign;
    }
}
