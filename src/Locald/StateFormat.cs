using System.Globalization;
using System.Text;

namespace Locald;

/// <summary>
/// The format of the state folder: a number in the file <c>format</c>, one without the file. A later version that writes what this one
/// would misread raises the number as it converts the folder; every earlier version then refuses it, instead of making the best of it.
/// A version reads all formats up to its own; a sample of each is kept with the tests.
/// </summary>
internal static class StateFormat
{
    /// <summary>What this version reads and writes.</summary>
    internal const int Newest = 1;

    private const string FileName = "format";
    private const int LongestFile = 32;

    /// <returns>The folder as it is, which need not exist.</returns>
    /// <exception cref="UserError">A newer version made it, or its format cannot be told.</exception>
    internal static StateFolder Known(StateFolder folder)
    {
        string path = Path.Combine(folder.Path, FileName);
        if (!File.Exists(path))
        {
            return folder;
        }

        string text = Encoding.UTF8.GetString(Disk.ReadBytes(path, LongestFile)).Trim();
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int format) || format < 1)
        {
            throw new UserError("opening the state", $"{path} holds no number of a format", ExitCode.Failed, $"cat {path}");
        }

        return format <= Newest ? folder : throw new UserError(
            "opening the state",
            $"a newer locald made {folder.Path}: it has format {format}, and this version knows {Newest}",
            ExitCode.Failed, "locald version", "export LOCALD_HOME=\"$(mktemp -d)\"");
    }
}
