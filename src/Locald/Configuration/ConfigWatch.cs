namespace Locald.Configuration;

/// <summary>
/// Notices that a configuration file changed by reading it twice a second: that sees an edit through any editor's way of saving, a
/// link and a file system that tells nobody (a container's mount), and costs three system calls.
/// </summary>
/// <param name="config">What is in force, as it was loaded.</param>
/// <param name="changed">Gets each good text; may throw a <see cref="UserError"/> where it cannot be applied.</param>
/// <param name="refused">Gets what is wrong with a bad one: the last good one stays in force.</param>
internal sealed class ConfigWatch(ProjectConfig config, Func<ProjectConfig, Task> changed, Action<UserError> refused)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly string _path = config.Path;
    private byte[]? _applied = config.Text;
    private byte[]? _seen = config.Text;

    /// <summary>Looks until it is stopped.</summary>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    internal async Task RunAsync(TimeProvider clock, CancellationToken stop)
    {
        using PeriodicTimer timer = new(Interval, clock);
        while (await timer.WaitForNextTickAsync(stop))
        {
            await LookAsync();
        }
    }

    /// <summary>Looks once. A change counts when it is seen a second time: what is still being written is not told of as bad.</summary>
    internal async Task LookAsync()
    {
        byte[]? now = ConfigFile.TryRead(_path);
        bool rests = Same(now, _seen);
        _seen = now;
        if (!rests || Same(now, _applied))
        {
            return;
        }

        _applied = now;
        try
        {
            await changed(now is null ? ConfigFile.Load(_path) : ConfigFile.Checked(now, _path));
        }
        catch (UserError error)
        {
            refused(error);
        }
    }

    private static bool Same(byte[]? one, byte[]? other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}
