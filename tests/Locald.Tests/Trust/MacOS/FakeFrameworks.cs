using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Locald.Trust;
using Locald.Trust.MacOS.Interop;

namespace Locald.Tests.Trust.MacOS;

/// <summary>The frameworks of fake-security.c, compiled and put in the place of Apple's. One for the process, so its tests run one after the other.</summary>
[SupportedOSPlatform("linux")]
public sealed unsafe class FakeFrameworks
{
    /// <summary>What an entry of the trust settings is for: TLS, mail, one host, one program.</summary>
    internal const int ForTls = 1;
    internal const int ForMail = 2;
    internal const int ForOneHost = 4;
    internal const int ForOneProgram = 8;

    /// <summary>In place of a result: the entry has none.</summary>
    internal const int NoResult = 99;

    private static readonly string[] s_sources = ["fake-corefoundation.h", "fake-security.c"];
    private static readonly nint s_library = Compile();

    static FakeFrameworks()
    {
        Frameworks.Open = _ => s_library;
        NativeLibrary.SetDllImportResolver(typeof(ITrustStore).Assembly,
            (name, _, _) => name.StartsWith("/System/Library/Frameworks/", StringComparison.Ordinal) || name == LibSystem.Path ? s_library : 0);
    }

    private readonly nint _library = s_library;

    public FakeFrameworks() => Reset();

    internal string Violations => Text("fake_violations");

    internal string[] Calls => Text("fake_calls").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Objects that were created and not released.</summary>
    internal long Live => ((delegate* unmanaged<long>)Export("fake_live"))();

    internal int Items => ((delegate* unmanaged<int>)Export("fake_items"))();

    /// <summary>How often a person was, or would have been, asked for a password.</summary>
    internal int Dialogs => ((delegate* unmanaged<int>)Export("fake_dialogs"))();

    internal int Settings(uint domain) => ((delegate* unmanaged<uint, int>)Export("fake_settings"))(domain);

    internal string KeychainOf(int item) => Marshal.PtrToStringUTF8(((delegate* unmanaged<int, nint>)Export("fake_keychain"))(item))!;

    internal void Reset() => ((delegate* unmanaged<void>)Export("fake_reset"))();

    /// <summary>Makes a function answer with a status, from the call on that comes after so many others.</summary>
    internal void Fail(string function, int status, int after = 0)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(function);
        ((delegate* unmanaged<nint, int, int, void>)Export("fake_fail"))(name, status, after);
        Marshal.FreeCoTaskMem(name);
    }

    internal void Mend() => Fail("", 0);

    internal void Hang(string function)
    {
        nint name = Marshal.StringToCoTaskMemUTF8(function);
        ((delegate* unmanaged<nint, void>)Export("fake_hang"))(name);
        Marshal.FreeCoTaskMem(name);
    }

    internal void GoOn() => ((delegate* unmanaged<void>)Export("fake_go_on"))();

    internal void Session(uint attributes) => ((delegate* unmanaged<uint, void>)Export("fake_session"))(attributes);

    /// <param name="who">A person, root, or root for a person.</param>
    /// <param name="unprotected">Whether System Integrity Protection is off.</param>
    internal void Process(FakeProcess who, bool unprotected = false) => ((delegate* unmanaged<int, int, void>)Export("fake_process"))((int)who, unprotected ? 1 : 0);

    /// <summary>How many verdicts come before the settings take effect.</summary>
    internal void Lag(int evaluations) => ((delegate* unmanaged<int, void>)Export("fake_lag"))(evaluations);

    /// <summary>Makes the settings of a domain consist of entries, each with a result (1 trust, 3 deny) and what it is for.</summary>
    internal void Entries(uint domain, params (int Result, int Narrowing)[] entries)
    {
        int[] results = [.. entries.Select(e => e.Result)];
        int[] narrowings = [.. entries.Select(e => e.Narrowing)];
        fixed (int* r = results, n = narrowings)
        {
            ((delegate* unmanaged<uint, int, int*, int*, void>)Export("fake_entries"))(domain, entries.Length, r, n);
        }
    }

    /// <summary>As if somebody had deleted every certificate by hand.</summary>
    internal void ForgetItems() => ((delegate* unmanaged<void>)Export("fake_forget_items"))();

    private string Text(string function) => Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)Export(function))())!;

    private nint Export(string name) => NativeLibrary.GetExport(_library, name);

    /// <summary>The library stays loaded; its files are not needed any more.</summary>
    private static nint Compile()
    {
        string folder = Directory.CreateTempSubdirectory("locald-frameworks-").FullName;
        foreach (string source in s_sources)
        {
            using Stream resource = typeof(FakeFrameworks).Assembly.GetManifestResourceStream(source)!;
            using FileStream file = File.Create(Path.Combine(folder, source));
            resource.CopyTo(file);
        }

        string library = Path.Combine(folder, "libfake.so");
        using Process compiler = System.Diagnostics.Process.Start(new ProcessStartInfo("clang",
            ["-shared", "-fPIC", "-pthread", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE", "-o", library, Path.Combine(folder, s_sources[^1])]) { RedirectStandardError = true })!;
        string errors = compiler.StandardError.ReadToEnd();
        compiler.WaitForExit();
        Assert.True(compiler.ExitCode == 0, errors);
        nint loaded = NativeLibrary.Load(library);
        Directory.Delete(folder, recursive: true);
        return loaded;
    }
}
