namespace Locald.EndToEnd.Fixtures;

/// <summary>The published program that these tests drive.</summary>
public static class LocaldBinary
{
    /// <summary>Its absolute path, from <c>LOCALD_BIN</c>, which <c>build.sh test</c> sets.</summary>
    /// <exception cref="InvalidOperationException">The variable is missing or names no file: there is nothing to test.</exception>
    public static string Path { get; } = Find();

    private static string Find()
    {
        string? path = Environment.GetEnvironmentVariable("LOCALD_BIN");
        return path is null
            ? throw new InvalidOperationException("LOCALD_BIN is not set: run ./build.sh test, or ./build.sh publish and LOCALD_BIN=$PWD/artifacts/locald")
            : File.Exists(path)
            ? System.IO.Path.GetFullPath(path)
            : throw new InvalidOperationException($"LOCALD_BIN names {path}, which is no file: run ./build.sh publish");
    }
}
