using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Locald.Proxy;
using Locald.Proxy.Listening;
using Locald.Tests.Certificates;

namespace Locald.Tests.Proxy.Listening;

/// <summary>Against a launchd of our own, compiled from fake-launchd.c.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class LaunchdSocketsTests
{
    private static readonly nint s_library = Compile();

    static LaunchdSocketsTests() => NativeLibrary.SetDllImportResolver(typeof(ProxyServer).Assembly, (name, _, _) => name == LaunchdSockets.Library ? s_library : 0);

    [Fact]
    public void The_sockets_of_the_plist_are_taken_over_once()
    {
        using Socket four = Listening(IPAddress.Loopback);
        using Socket six = Listening(IPAddress.IPv6Loopback);
        (int port, int other) = (((IPEndPoint)four.LocalEndPoint!).Port, ((IPEndPoint)six.LocalEndPoint!).Port);
        Launchd(managed: true, 0, [Handed(four), Handed(six)]);

        SocketActivation taken = SocketActivation.FromLaunchd()!;
        Assert.Equal([port, other], taken.Https.Select(s => ((IPEndPoint)s.LocalEndPoint!).Port));
        Assert.Empty(taken.Http);
        Assert.Null(SocketActivation.FromLaunchd());
        foreach (Socket socket in taken.Https)
        {
            socket.Dispose();
        }
    }

    [Fact]
    public void Started_by_a_shell_there_are_none()
    {
        Launchd(managed: false, 0, []);
        Assert.Null(SocketActivation.FromLaunchd());
    }

    [Fact]
    public void What_launchd_refuses_is_told()
    {
        Launchd(managed: true, 37, []);
        Assert.Equal("launchd does not hand over its sockets 'https': error 37", Assert.Throws<ListenException>(SocketActivation.FromLaunchd).Message);
    }

    private static Socket Listening(IPAddress address)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        socket.Listen();
        return socket;
    }

    /// <summary>A second descriptor of the same socket: the one that is handed over belongs to who takes it.</summary>
    private static int Handed(Socket socket) => Duplicate((int)socket.Handle);

    private static void Launchd(bool managed, int status, int[] descriptors)
    {
        fixed (int* d = descriptors)
        {
            ((delegate* unmanaged<int, int, int*, nuint, void>)NativeLibrary.GetExport(s_library, "fake_launchd"))(managed ? 1 : 0, status, d, (nuint)descriptors.Length);
        }
    }

    private static nint Compile()
    {
        using TemporaryFolder folder = new();
        using (Stream source = typeof(LaunchdSocketsTests).Assembly.GetManifestResourceStream("fake-launchd.c")!)
        using (FileStream file = File.Create(folder["fake-launchd.c"]))
        {
            source.CopyTo(file);
        }

        using Process compiler = Process.Start(new ProcessStartInfo("clang",
            ["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o", folder["libfake.so"], folder["fake-launchd.c"]]) { RedirectStandardError = true })!;
        string errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
        return NativeLibrary.Load(folder["libfake.so"]);
    }

    [DllImport("libc", EntryPoint = "dup")]
    private static extern int Duplicate(int descriptor);
}
