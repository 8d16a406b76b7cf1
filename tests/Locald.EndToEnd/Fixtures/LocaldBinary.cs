namespace Locald.EndToEnd.Fixtures;

/// <summary>The published programs that these tests drive.</summary>
public static class LocaldBinary
{
    /// <summary>The absolute path of this machine's own, from <c>LOCALD_BIN</c>, which <c>build.sh test</c> sets.</summary>
    /// <exception cref="InvalidOperationException">The variable is missing or names no file: there is nothing to test.</exception>
    public static string Path { get; } = Find("LOCALD_BIN", "./build.sh publish", "artifacts/locald");

    /// <summary>The absolute path of the one for Linux on arm64, from <c>LOCALD_ARM64_BIN</c>; asked for by the tests that emulate that processor.</summary>
    /// <exception cref="InvalidOperationException">The variable is missing or names no file.</exception>
    public static string Arm64Path => Find("LOCALD_ARM64_BIN", "./build.sh publish linux-arm64", "artifacts/linux-arm64/locald");

    private static string Find(string variable, string build, string result)
    {
        string? path = Environment.GetEnvironmentVariable(variable);
        return path is null
            ? throw new InvalidOperationException($"{variable} is not set: run ./build.sh test, or {build} and {variable}=$PWD/{result}")
            : File.Exists(path)
            ? System.IO.Path.GetFullPath(path)
            : throw new InvalidOperationException($"{variable} names {path}, which is no file: run {build}");
    }
}
