using System.Globalization;
using Locald.Proxy.Pages;
using Locald.Proxy.Routing;
using Microsoft.Win32.SafeHandles;

namespace Locald.Proxy.StaticFiles;

/// <summary>
/// Serves files as they are. Every answer is revalidated (<c>no-cache</c>): what is served is being worked on. Links are followed
/// as long as they stay inside the folder; there are no listings.
/// </summary>
public static class StaticFolder
{
    private const string Index = "index.html";

    /// <summary>200, 206 or 304; 307 where a folder's final slash is missing; 400, 403, 404, 405, 412, 416 or 500 as a page.</summary>
    /// <param name="folder">Where the files are.</param>
    /// <param name="request">Its path is used for redirects alone.</param>
    /// <param name="rest">The raw path after the route's prefix: empty, or begins with a slash.</param>
    public static LocalResponse Respond(FolderTarget folder, LocalRequest request, string rest)
    {
        if (request.Method is not ("GET" or "HEAD"))
        {
            LocalResponse refusal = ErrorPages.Status(request, 405, $"Files are read with GET or HEAD, not with {request.Method}.");
            refusal.Fields.Add(("Allow", "GET, HEAD"));
            return refusal;
        }

        if (rest.Length == 0)
        {
            return WithSlash(request);
        }

        return StaticPath.Read(rest, out string relative) switch
        {
            StaticPathOutcome.Malformed => ErrorPages.Status(request, 400, "The path cannot be read in one way only."),
            StaticPathOutcome.Hidden => NotFound(request),
            _ => Find(folder.Path, relative, request, isFolder: rest.EndsWith('/')),
        };
    }

    private static LocalResponse Find(string folder, string relative, LocalRequest request, bool isFolder)
    {
        try
        {
            if (RealPath.Of(folder) is not { } root || Inside(root, Path.Combine(root, relative)) is not { } path)
            {
                return NotFound(request);
            }

            if (Directory.Exists(path))
            {
                if (!isFolder)
                {
                    return WithSlash(request);
                }

                return Inside(root, Path.Combine(path, Index)) is { } index && File.Exists(index) ? Serve(index, request) : NotFound(request);
            }

            return isFolder ? NotFound(request) : Serve(path, request);
        }
        catch (UnauthorizedAccessException)
        {
            return ErrorPages.Status(request, 403, "The file is there, but the user that runs locald may not read it.");
        }
        catch (IOException e)
        {
            return ErrorPages.Status(request, 500, $"Reading the file failed: {e.Message}");
        }
    }

    /// <summary>The path without links, or null where that is not below the root.</summary>
    private static string? Inside(string root, string path) =>
        RealPath.Of(path) is { } real && (real == root || real.StartsWith(Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            ? real
            : null;

    private static LocalResponse Serve(string path, LocalRequest request)
    {
        SafeFileHandle? file = RegularFile.Open(path);
        if (file is null)
        {
            return NotFound(request);
        }

        LocalResponse response = Answer(file, path, request);
        if (response.File is null)
        {
            file.Dispose();
        }

        return response;
    }

    private static LocalResponse Answer(SafeFileHandle file, string path, LocalRequest request)
    {
        long size = RandomAccess.GetLength(file);
        Validators validators = Validators.Of(File.GetLastWriteTimeUtc(file), size, TimeProvider.System.GetUtcNow());
        int verdict = validators.Judge(request.Field);
        if (verdict == 412)
        {
            return ErrorPages.Status(request, 412, "The file has changed since.");
        }

        if (verdict == 304)
        {
            return Validated(new(304), validators);
        }

        bool mayRange = request.Method == "GET" && validators.AllowRange(request.Field("if-range"));
        RangeOutcome range = ByteRange.Read(mayRange ? request.Field("range") : null, size, out long offset, out long length);
        if (range == RangeOutcome.Unsatisfiable)
        {
            LocalResponse refusal = ErrorPages.Status(request, 416, $"The file has {size} bytes.");
            refusal.Fields.Add(("Content-Range", $"bytes */{size.ToString(CultureInfo.InvariantCulture)}"));
            return refusal;
        }

        LocalResponse response = Validated(new(range == RangeOutcome.Part ? 206 : 200) { File = new(file, offset, length) }, validators);
        response.Fields.Add(("Content-Type", ContentTypes.Of(path)));
        response.Fields.Add(("X-Content-Type-Options", "nosniff"));
        response.Fields.Add(("Accept-Ranges", "bytes"));
        if (range == RangeOutcome.Part)
        {
            response.Fields.Add(("Content-Range", $"bytes {offset}-{offset + length - 1}/{size}"));
        }

        return response;
    }

    private static LocalResponse Validated(LocalResponse response, Validators validators)
    {
        response.Fields.Add(("ETag", validators.Tag));
        response.Fields.Add(("Last-Modified", validators.LastModified));
        response.Fields.Add(("Cache-Control", "no-cache"));
        return response;
    }

    private static LocalResponse NotFound(LocalRequest request) => ErrorPages.Status(request, 404, "The folder that answers here has no such file.");

    /// <summary>Relative to the last segment: a path that begins with two slashes must not become another host's address.</summary>
    private static LocalResponse WithSlash(LocalRequest request)
    {
        string last = request.Path[(request.Path.LastIndexOf('/') + 1)..];
        return Redirects.Temporary($"./{last}/", request.Query);
    }
}
