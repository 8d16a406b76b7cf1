using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.MacOS.Interop;

namespace Locald.Tests.Trust.MacOS;

/// <summary>The frameworks of fake-frameworks.c, compiled and put in the place of Apple's. One for the process, so its tests run one after the other.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class FakeFrameworks : IDisposable
{
    private static readonly string s_folder = Directory.CreateTempSubdirectory("locald-frameworks-").FullName;
    private static readonly nint s_library = Compile();

    static FakeFrameworks()
    {
        Frameworks.Open = _ => s_library;
        NativeLibrary.SetDllImportResolver(typeof(ITrustStore).Assembly,
            (name, _, _) => name.StartsWith("/System/Library/Frameworks/", StringComparison.Ordinal) ? s_library : 0);
    }

    private readonly nint _library = s_library;

    public FakeFrameworks() => Reset();

    internal string Violations => Text("fake_violations");

    internal string[] Calls => Text("fake_calls").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Objects that were created and not released.</summary>
    internal long Live => ((delegate* unmanaged<long>)Export("fake_live"))();

    internal int Items => ((delegate* unmanaged<int>)Export("fake_items"))();

    internal int Settings(uint domain) => ((delegate* unmanaged<uint, int>)Export("fake_settings"))(domain);

    internal string KeychainOf(int item) => Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Export("fake_keychain"))(item))!;

    internal void Reset() => ((delegate* unmanaged<void>)Export("fake_reset"))();

    internal void Fail(string function, int status)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(function);
        ((delegate* unmanaged<nint, int, void>)Export("fake_fail"))(name, status);
        Marshal.FreeCoTaskMem(name);
    }

    internal void Hang(string function)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(function);
        ((delegate* unmanaged<nint, void>)Export("fake_hang"))(name);
        Marshal.FreeCoTaskMem(name);
    }

    internal void GoOn() => ((delegate* unmanaged<void>)Export("fake_go_on"))();

    internal void Session(uint attributes) => ((delegate* unmanaged<uint, void>)Export("fake_session"))(attributes);

    /// <summary>What the settings of a domain say: 1 trust, 3 deny, 99 a dictionary without a result.</summary>
    internal void Results(uint domain, int result) => ((delegate* unmanaged<uint, int, void>)Export("fake_results"))(domain, result);

    public void Dispose()
    {
        // The library stays loaded; its file is not needed any more.
        if (Directory.Exists(s_folder))
        {
            Directory.Delete(s_folder, recursive: true);
        }
    }

    private string Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export(function))())!;

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    private static nint Compile()
    {
        string source = Path.Combine(s_folder, "fake-frameworks.c");
        using (Stream resource = typeof(FakeFrameworks).Assembly.GetManifestResourceStream("fake-frameworks.c")!)
        using (FileStream file = File.Create(source))
        {
            resource.CopyTo(file);
        }

        string library = Path.Combine(s_folder, "libfake.so");
        using Process compiler = Process.Start(new ProcessStartInfo("clang", ["-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-o", library, source]) { RedirectStandardError = true })!;
        string errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
        return NativeLibrary.Load(library);
    }
}
