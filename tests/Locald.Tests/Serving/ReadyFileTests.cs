using System.Text.Json;
using Locald.Control;
using Locald.Serving;

namespace Locald.Tests.Serving;

public sealed class ReadyFileTests : IDisposable
{
    private static readonly InstanceStatus Status = new(7, "1.2.3", DateTimeOffset.UnixEpoch, ["https://127.0.0.1:443"],
        [new("https://app.localhost", "localhost:3000")]);

    private readonly string _folder = Directory.CreateTempSubdirectory("locald-ready-").FullName;

    private string Ready => Path.Combine(_folder, "ready");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_is_there_from_the_announcement_to_the_end_and_leaves_nothing()
    {
        using (ReadyFile file = ReadyFile.Prepare(Ready))
        {
            Assert.False(File.Exists(Ready));
            file.Announce(Status);
            using JsonDocument json = JsonDocument.Parse(File.ReadAllText(Ready));
            Assert.Equal(7, json.RootElement.GetProperty("pid").GetInt32());
            Assert.Equal("https://app.localhost", json.RootElement.GetProperty("routes")[0].GetProperty("url").GetString());
            Assert.Single(Directory.GetFileSystemEntries(_folder));
        }

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void What_a_killed_run_left_does_not_count_as_ready()
    {
        File.WriteAllText(Ready, "old");
        using ReadyFile file = ReadyFile.Prepare(Ready);
        Assert.False(File.Exists(Ready));
    }

    [Fact]
    public void Ended_before_it_was_ready_it_leaves_nothing()
    {
        ReadyFile.Prepare(Ready).Dispose();
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_link_keeps_pointing_to_it()
    {
        string link = Path.Combine(_folder, "link");
        File.WriteAllText(Ready, "old");
        File.CreateSymbolicLink(link, Ready);
        using ReadyFile file = ReadyFile.Prepare(link);
        file.Announce(Status);
        Assert.Equal(Ready, new FileInfo(link).LinkTarget);
        Assert.StartsWith("{\"pid\":7", File.ReadAllText(link));
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_an_error_before_anything_is_served()
    {
        UserError error = Assert.Throws<UserError>(() => ReadyFile.Prepare(Path.Combine(_folder, "no", "ready")));
        Assert.Equal(ExitCode.Failed, error.Code);
        Assert.Equal($"serve failed: the ready file's folder {_folder}/no does not exist", error.Message);
    }

    [Theory]
    [InlineData("/dev/null")]
    [InlineData("/tmp")]
    public void What_is_no_plain_file_is_never_replaced(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            UserError error = Assert.Throws<UserError>(() => ReadyFile.Prepare(path));
            Assert.Equal(ExitCode.Usage, error.Code);
            Assert.True(Path.Exists(path));
        }
    }
}
