using System.Diagnostics;
using System.Globalization;
using Locald.Proxy;
using Locald.Proxy.Routing;
using Locald.Proxy.StaticFiles;

namespace Locald.Tests.Proxy.StaticFiles;

public sealed class StaticFolderTests : IDisposable
{
    private readonly string _base = Directory.CreateTempSubdirectory("locald-static-").FullName;
    private readonly FolderTarget _folder;

    public StaticFolderTests()
    {
        _folder = new(Path.Combine(_base, "site"));
        Write("site/index.html", "<h1>home</h1>");
        Write("site/app.js", "0123456789");
        Write("site/docs/index.html", "docs");
        Write("site/empty/readme.txt", "read");
        Write("site/with space & ü.txt", "odd");
        Write("site/.env", "SECRET");
        Write("site/.git/config", "SECRET");
        Write("site/.well-known/security.txt", "contact");
        Write("site/zero.bin", "");
        Write("secret.txt", "SECRET");
        Write("site-two/x.txt", "SECRET");
    }

    public void Dispose() => Directory.Delete(_base, recursive: true);

    private void Write(string file, string text)
    {
        string path = Path.Combine(_base, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    private LocalResponse Get(string path, params string[] fields) => StaticFolder.Respond(_folder, LocalRequests.Get(path, fields), path.Split('?')[0]);

    [Theory]
    [InlineData("/", "<h1>home</h1>", "text/html; charset=utf-8")]
    [InlineData("/index.html", "<h1>home</h1>", "text/html; charset=utf-8")]
    [InlineData("/app.js", "0123456789", "text/javascript; charset=utf-8")]
    [InlineData("/app.js?v=2", "0123456789", "text/javascript; charset=utf-8")]
    [InlineData("/%61pp.js", "0123456789", "text/javascript; charset=utf-8")]
    [InlineData("/docs/", "docs", "text/html; charset=utf-8")]
    [InlineData("/with%20space%20&%20%C3%BC.txt", "odd", "text/plain; charset=utf-8")]
    [InlineData("/with%20space%20&%20\u00c3\u00bc.txt", "odd", "text/plain; charset=utf-8")]
    [InlineData("/.well-known/security.txt", "contact", "text/plain; charset=utf-8")]
    [InlineData("/zero.bin", "", "application/octet-stream")]
    public void A_file_is_served_with_its_type(string path, string text, string type)
    {
        using LocalResponse response = Get(path);
        Assert.Equal(200, response.Status);
        Assert.Equal(type, response.Field("Content-Type"));
        Assert.Equal("nosniff", response.Field("X-Content-Type-Options"));
        Assert.Equal("no-cache", response.Field("Cache-Control"));
        Assert.Equal("bytes", response.Field("Accept-Ranges"));
        Assert.Equal(text.Length, response.Length);
        Assert.Equal(text, response.Text());
    }

    [Theory]
    [InlineData("/docs", "./docs/")]
    [InlineData("/docs?a=1&b", "./docs/?a=1&b")]
    [InlineData("/.well-known", "./.well-known/")]
    public void A_folder_without_its_slash_is_redirected_for_once(string path, string location)
    {
        using LocalResponse response = Get(path);
        Assert.Equal(307, response.Status);
        Assert.Equal(location, response.Field("Location"));
        Assert.Equal("no-store", response.Field("Cache-Control"));
    }

    [Fact]
    public void A_redirect_never_leads_to_another_host()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "evil.example"));
        using LocalResponse prefix = StaticFolder.Respond(_folder, LocalRequests.Get("/static"), "");
        Assert.Equal("./static/", prefix.Field("Location"));

        using LocalResponse response = StaticFolder.Respond(_folder, LocalRequests.Get("//evil.example"), "/evil.example");
        Assert.Equal("./evil.example/", response.Field("Location"));
    }

    [Theory]
    [InlineData("/nothing", 404)]
    [InlineData("/empty/", 404)]
    [InlineData("/app.js/", 404)]
    [InlineData("/app.js/x", 404)]
    [InlineData("/docs//index.html", 404)]
    [InlineData("//index.html", 404)]
    [InlineData("/.env", 404)]
    [InlineData("/%2eenv", 404)]
    [InlineData("/.git/config", 404)]
    [InlineData("/docs/.well-known/x", 404)]
    [InlineData("/../secret.txt", 400)]
    [InlineData("/docs/../../secret.txt", 400)]
    [InlineData("/%2e%2e/secret.txt", 400)]
    [InlineData("/.%2E/secret.txt", 400)]
    [InlineData("/..%2fsecret.txt", 400)]
    [InlineData("/..%5csecret.txt", 400)]
    [InlineData("/..\\secret.txt", 400)]
    [InlineData("/%252e%252e/secret.txt", 404)]
    [InlineData("/../site-two/x.txt", 400)]
    [InlineData("/app.js%00.html", 400)]
    [InlineData("/app.js%0a", 400)]
    [InlineData("/./app.js", 400)]
    [InlineData("/%", 400)]
    [InlineData("/%4", 400)]
    [InlineData("/%zz", 400)]
    [InlineData("/%ff", 400)]
    [InlineData("/%c0%ae%c0%ae/secret.txt", 400)]
    [InlineData("*", 400)]
    public void What_is_not_to_be_served_is_refused(string path, int status)
    {
        using LocalResponse response = Get(path);
        Assert.Equal(status, response.Status);
        Assert.Null(response.File);
        Assert.DoesNotContain("SECRET", response.Text());
    }

    [Fact]
    public void A_name_longer_than_the_file_system_takes_is_not_found_or_failed_cleanly()
    {
        using LocalResponse response = Get("/" + new string('a', 5000));
        Assert.Contains(response.Status, (int[])[404, 500]);
    }

    [Fact]
    public void Links_are_followed_inside_the_folder_and_never_out_of_it()
    {
        Link("inside.js", "app.js");
        Link("docs2", "docs");
        Link("outside.txt", "../secret.txt");
        Link("absolute.txt", Path.Combine(_base, "secret.txt"));
        Link("parent", "..");
        Link("sibling", "../site-two");
        Link("chain", "outside.txt");
        Link("loop", "loop");
        Link("dangling", "nothing");

        Assert.Equal("0123456789", Get("/inside.js").Text());
        Assert.Equal("docs", Get("/docs2/").Text());
        foreach (string path in (string[])["/outside.txt", "/absolute.txt", "/parent/secret.txt", "/sibling/x.txt", "/chain", "/loop", "/dangling", "/parent/"])
        {
            using LocalResponse response = Get(path);
            Assert.Equal(404, response.Status);
        }
    }

    [Fact]
    public void The_folder_itself_may_be_a_link()
    {
        string link = Path.Combine(_base, "current");
        Directory.CreateSymbolicLink(link, _folder.Path);
        Assert.Equal("docs", StaticFolder.Respond(new(link), LocalRequests.Get("/docs/"), "/docs/").Text());
    }

    [Fact]
    public async Task A_named_pipe_is_not_found_and_does_not_hang()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "named pipes are no files on Windows");
        using Process mkfifo = Process.Start("mkfifo", Path.Combine(_folder.Path, "pipe"));
        await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<int> asked = Task.Run(() => Get("/pipe").Status, TestContext.Current.CancellationToken);
        Assert.Equal(404, await asked.WaitAsync(TimeSpan.FromSeconds(5), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Only_get_and_head_are_methods_of_files()
    {
        using LocalResponse response = StaticFolder.Respond(_folder, LocalRequests.Make("POST", "app.localhost", "/app.js"), "/app.js");
        Assert.Equal(405, response.Status);
        Assert.Equal("GET, HEAD", response.Field("Allow"));
    }

    [Fact]
    public void Head_has_the_length_of_get()
    {
        using LocalResponse response = StaticFolder.Respond(_folder, LocalRequests.Make("HEAD", "app.localhost", "/app.js", "range: bytes=0-1"), "/app.js");
        Assert.Equal((200, 10L), (response.Status, response.Length));
    }

    [Theory]
    [InlineData("bytes=0-3", "0123", "bytes 0-3/10")]
    [InlineData("bytes=8-", "89", "bytes 8-9/10")]
    [InlineData("bytes=5-99999999999999999999", "56789", "bytes 5-9/10")]
    [InlineData("bytes=-3", "789", "bytes 7-9/10")]
    [InlineData("bytes=-30", "0123456789", "bytes 0-9/10")]
    [InlineData("Bytes=9-9", "9", "bytes 9-9/10")]
    public void One_range_is_given(string range, string text, string contentRange)
    {
        using LocalResponse response = Get("/app.js", $"range: {range}");
        Assert.Equal(206, response.Status);
        Assert.Equal(contentRange, response.Field("Content-Range"));
        Assert.Equal(text, response.Text());
    }

    [Theory]
    [InlineData("bytes=0-1,4-5")]
    [InlineData("bytes=4-1")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    [InlineData("bytes=a-b")]
    [InlineData("bytes=1")]
    [InlineData("bytes=+1-2")]
    [InlineData("lines=0-1")]
    public void Other_ranges_are_answered_with_the_whole(string range)
    {
        using LocalResponse response = Get("/app.js", $"range: {range}");
        Assert.Equal((200, 10L), (response.Status, response.Length));
        Assert.Null(response.Field("Content-Range"));
    }

    [Theory]
    [InlineData("bytes=10-")]
    [InlineData("bytes=10-20")]
    [InlineData("bytes=-0")]
    public void A_range_beyond_the_end_is_refused_with_the_size(string range)
    {
        using LocalResponse response = Get("/app.js", $"range: {range}");
        Assert.Equal(416, response.Status);
        Assert.Equal("bytes */10", response.Field("Content-Range"));
        Assert.Equal(200, Get("/zero.bin", $"range: {range}").Status);
    }

    [Fact]
    public void What_has_not_changed_is_not_sent_again()
    {
        using LocalResponse first = Get("/app.js");
        string tag = first.Field("ETag")!;
        string date = first.Field("Last-Modified")!;
        string earlier = DateTimeOffset.Parse(date, CultureInfo.InvariantCulture).AddSeconds(-1).ToString("R", CultureInfo.InvariantCulture);

        foreach (string field in (string[])[$"if-none-match: {tag}", $"if-none-match: \"x\", W/{tag}", "if-none-match: *", $"if-modified-since: {date}"])
        {
            using LocalResponse response = Get("/app.js", field);
            Assert.Equal((304, 0L), (response.Status, response.Length));
            Assert.Equal(tag, response.Field("ETag"));
            Assert.Null(response.Field("Content-Type"));
        }

        Assert.Equal(200, Get("/app.js", "if-none-match: \"x\"", $"if-modified-since: {date}").Status);
        Assert.Equal(200, Get("/app.js", $"if-modified-since: {earlier}").Status);
        Assert.Equal(200, Get("/app.js", "if-modified-since: yesterday").Status);
        Assert.Equal(412, Get("/app.js", "if-match: \"x\"").Status);
        Assert.Equal(412, Get("/app.js", $"if-match: W/{tag}").Status);
        Assert.Equal(200, Get("/app.js", $"if-match: {tag}").Status);
        Assert.Equal(412, Get("/app.js", $"if-unmodified-since: {earlier}").Status);
        Assert.Equal(200, Get("/app.js", $"if-unmodified-since: {date}").Status);

        Assert.Equal(206, Get("/app.js", "range: bytes=0-1", $"if-range: {tag}").Status);
        Assert.Equal(206, Get("/app.js", "range: bytes=0-1", $"if-range: {date}").Status);
        Assert.Equal(200, Get("/app.js", "range: bytes=0-1", $"if-range: W/{tag}").Status);
        Assert.Equal(200, Get("/app.js", "range: bytes=0-1", $"if-range: {earlier}").Status);
    }

    [Fact]
    public void An_edited_file_has_another_tag()
    {
        string before = Get("/app.js").Field("ETag")!;
        File.WriteAllText(Path.Combine(_folder.Path, "app.js"), "9876543210");
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "app.js"), DateTime.UtcNow.AddSeconds(2));
        Assert.NotEqual(before, Get("/app.js").Field("ETag"));
    }

    [Fact]
    public void A_change_in_the_future_is_dated_now()
    {
        File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, "app.js"), DateTime.UtcNow.AddYears(1));
        Assert.True(DateTimeOffset.Parse(Get("/app.js").Field("Last-Modified")!, CultureInfo.InvariantCulture) <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public void Random_paths_never_leave_the_folder()
    {
        Random random = new(20263);
        string[] pieces = ["/", ".", "..", "%2e", "%2E", "%2f", "%5c", "\\", "secret.txt", "site", "site-two", "x.txt", "app.js", "%00", "%", "docs", "\u00ff", ";"];
        for (int i = 0; i < 5000; i++)
        {
            string path = "/" + string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            using LocalResponse response = Get(path);
            Assert.Contains(response.Status, (int[])[200, 307, 400, 404]);
            Assert.DoesNotContain("SECRET", response.Text());
        }
    }

    private void Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(_folder.Path, name), target);
}
