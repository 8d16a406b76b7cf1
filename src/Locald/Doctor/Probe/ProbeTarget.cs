namespace Locald.Doctor.Probe;

/// <summary>What clients are asked to connect to.</summary>
/// <param name="Name">A name that nobody has seen before, so that nothing can have been remembered of it.</param>
/// <param name="Port">The port on 127.0.0.1.</param>
/// <param name="SourceFolder">Where the source files of clients that run one lie.</param>
/// <param name="RootPem">Path of the root in use, to hand to a client that does not find it by itself.</param>
internal sealed record ProbeTarget(string Name, int Port, string RootPem, string SourceFolder);
