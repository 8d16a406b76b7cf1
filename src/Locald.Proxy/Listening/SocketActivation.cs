using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Locald.Proxy.Listening;

/// <summary>
/// Listening sockets that systemd (sd_listen_fds(3), systemd.socket(5)) or launchd opened for us: ports below 1024 without root, and a
/// restart that loses no connection.
/// </summary>
/// <param name="Https">Those named <c>https</c>, and those with another name that are not on port 80.</param>
/// <param name="Http">Those named <c>http</c>, and those with another name on port 80.</param>
public sealed partial record SocketActivation(IReadOnlyList<Socket> Https, IReadOnlyList<Socket> Http)
{
    /// <summary>SD_LISTEN_FDS_START.</summary>
    private const int FirstDescriptor = 3;

    /// <summary>
    /// Takes over the sockets that <c>LISTEN_FDS</c> announces, once: the variables are removed, so that no child takes them again. On
    /// macOS those that launchd has for us under the names <c>https</c> and <c>http</c>.
    /// </summary>
    /// <returns>Null where nothing was handed over, or to another process.</returns>
    /// <exception cref="ListenException"><see cref="ListenFault.BadActivation"/>.</exception>
    public static SocketActivation? Take(Func<string, string?> variable)
    {
        if (OperatingSystem.IsMacOS())
        {
            return FromLaunchd();
        }

        if (!OperatingSystem.IsLinux() || variable("LISTEN_PID") is not { } pid || variable("LISTEN_FDS") is not { } count)
        {
            return null;
        }

        string[] names = variable("LISTEN_FDNAMES")?.Split(':') ?? [];
        foreach (string name in (string[])["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "LISTEN_PIDFDID"])
        {
            Environment.SetEnvironmentVariable(name, null);
        }

        // A variable that a parent process was handed and passed on by mistake.
        if (pid != Environment.ProcessId.ToString(CultureInfo.InvariantCulture))
        {
            return null;
        }

        if (!int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int sockets) || sockets is < 1 or > 64)
        {
            throw new ListenException(ListenFault.BadActivation, $"LISTEN_FDS is '{count}', not a number of sockets");
        }

        return Take(sockets, names);
    }

    /// <inheritdoc cref="Take(Func{string, string?})"/>
    internal static SocketActivation? FromLaunchd()
    {
        Socket[] https = [.. LaunchdSockets.Take("https").Select(Adopt)];
        Socket[] http = [.. LaunchdSockets.Take("http").Select(Adopt)];
        return https.Length + http.Length == 0 ? null : new(https, http);
    }

    [SupportedOSPlatform("linux")]
    private static SocketActivation Take(int count, string[] names)
    {
        List<Socket> https = [];
        List<Socket> http = [];
        for (int i = 0; i < count; i++)
        {
            Socket socket = Adopt(FirstDescriptor + i);
            bool plain = (i < names.Length ? names[i] : "") switch
            {
                "https" => false,
                "http" => true,
                _ => ((IPEndPoint)socket.LocalEndPoint!).Port == ListenPlan.HttpPort,
            };
            (plain ? http : https).Add(socket);
        }

        return new(https, http);
    }

    private static Socket Adopt(int descriptor)
    {
        if (!CloseOnExec(descriptor))
        {
            throw new ListenException(ListenFault.BadActivation, $"descriptor {descriptor} is not open");
        }

        Socket socket;
        bool listens;
        try
        {
            socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
            listens = socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is 1;
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            throw new ListenException(ListenFault.BadActivation, $"descriptor {descriptor} is not a socket");
        }

        if (!listens)
        {
            throw new ListenException(ListenFault.BadActivation, $"descriptor {descriptor} does not listen: the unit needs Accept=no");
        }

        if (socket.LocalEndPoint is not IPEndPoint || socket.SocketType != SocketType.Stream)
        {
            throw new ListenException(ListenFault.BadActivation, $"descriptor {descriptor} is not a TCP socket: ListenStream= takes ADDR:PORT");
        }

        return socket;
    }

    /// <summary>fcntl(F_SETFD, FD_CLOEXEC): descriptors are handed over without it.</summary>
    private static bool CloseOnExec(int descriptor) => FileControl(descriptor, 2, 1) == 0;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    private static partial int FileControl(int descriptor, int command, int argument);
}
