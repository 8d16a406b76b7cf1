namespace Locald.Running;

/// <summary>A command that was started, and whatever it started in turn.</summary>
internal interface IApp : IDisposable
{
    /// <summary>Ends with the command; what it started may live on.</summary>
    Task<AppEnd> Ended { get; }

    /// <summary>The processes that belong to it and are alive, the command's own among them; empty where the system does not tell.</summary>
    IReadOnlyList<int> Processes();

    /// <summary>The TCP ports that it listens on and loopback reaches; empty where the system does not tell.</summary>
    /// <exception cref="OperationCanceledException">Told to stop.</exception>
    Task<IReadOnlyList<int>> ListeningAsync(CancellationToken stop);

    /// <summary>Hands a signal on to the command and what runs with it.</summary>
    /// <param name="signal">The system's number of it.</param>
    void Signal(int signal);

    /// <summary>Ends all of it that is alive, at once.</summary>
    void Kill();
}
