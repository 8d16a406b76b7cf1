using Locald.Configuration;
using Locald.Tests.Certificates;

namespace Locald.Tests.Configuration;

public sealed class ConfigFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ConfigFileTests() => Directory.CreateDirectory(_folder["repo/web/src"]);

    [Fact]
    public void The_file_is_found_from_a_folder_up_to_the_root_of_the_repository()
    {
        Directory.CreateDirectory(_folder["repo/.git"]);
        Write("repo/locald.json");
        Assert.Equal(_folder["repo/locald.json"], ConfigFile.Find(_folder["repo/web/src"]));
    }

    [Fact]
    public void The_nearest_file_wins()
    {
        Directory.CreateDirectory(_folder["repo/.git"]);
        Write("repo/locald.json");
        Write("repo/web/locald.json");
        Assert.Equal(_folder["repo/web/locald.json"], ConfigFile.Find(_folder["repo/web/src"]));
    }

    [Fact]
    public void What_is_above_the_repository_is_not_looked_at()
    {
        Directory.CreateDirectory(_folder["repo/.git"]);
        Write("locald.json");
        Assert.Null(ConfigFile.Find(_folder["repo/web"]));
    }

    [Fact]
    public void The_git_file_of_a_linked_worktree_ends_the_search_too()
    {
        File.WriteAllText(_folder["repo/.git"], "gitdir: /elsewhere/.git/worktrees/repo\n");
        Write("locald.json");
        Assert.Null(ConfigFile.Find(_folder["repo/web"]));
    }

    [Fact]
    public void Outside_of_a_repository_only_the_folder_itself_counts()
    {
        Write("repo/web/locald.json");
        Assert.Equal(_folder["repo/web/locald.json"], ConfigFile.Find(_folder["repo/web"]));
        Assert.Null(ConfigFile.Find(_folder["repo/web/src"]));
    }

    [Fact]
    public void A_fault_says_where_it_is_how_many_there_are_and_how_to_see_them_all()
    {
        Write("locald.json", "{\n  \"rotues\": {},\n  \"x\": 1\n}");
        UserError error = Assert.Throws<UserError>(() => ConfigFile.Load(_folder["locald.json"]));
        Assert.Equal($"reading {_folder["locald.json"]} failed: line 2, column 3: unknown key 'rotues'; did you mean 'routes'? (and 1 more)", error.Message);
        Assert.Equal([$"locald config check {_folder["locald.json"]}"], error.Hints);
    }

    [Fact]
    public void A_file_beyond_all_measure_is_refused_unread()
    {
        using (FileStream file = File.Create(_folder["locald.json"]))
        {
            file.SetLength(1L << 32);
        }

        Assert.Contains("more than", Assert.Throws<UserError>(() => ConfigFile.Load(_folder["locald.json"])).Message);
    }

    [Fact]
    public async Task A_changed_file_is_applied_once_it_rests()
    {
        Write("locald.json", "{}");
        List<int> applied = [];
        ConfigWatch watch = Watch(c => applied.Add(c.Routes.Count), []);
        await watch.LookAsync();
        Assert.Empty(applied);

        Write("locald.json", "{\"routes\":{\"a\":1}}");
        await watch.LookAsync();
        Assert.Empty(applied);
        await watch.LookAsync();
        await watch.LookAsync();
        Assert.Equal([1], applied);
    }

    [Fact]
    public async Task A_bad_edit_is_told_once_and_a_half_written_file_not_at_all()
    {
        Write("locald.json", "{}");
        (int applied, List<string> refused) = (0, []);
        ConfigWatch watch = Watch(_ => applied++, refused);

        Write("locald.json", "{\"routes\":");
        await watch.LookAsync();
        Write("locald.json", "{\"routes\":{\"a\":1}}");
        await watch.LookAsync();
        await watch.LookAsync();
        Assert.Equal((1, 0), (applied, refused.Count));

        Write("locald.json", "{\"routes\":{\"a_\":1}}");
        await watch.LookAsync();
        await watch.LookAsync();
        await watch.LookAsync();
        Assert.Equal(1, applied);
        Assert.Contains("line 1, column 12", Assert.Single(refused));
    }

    [Fact]
    public async Task A_file_that_goes_is_told_and_one_that_comes_back_is_applied()
    {
        Write("locald.json", "{}");
        (int applied, List<string> refused) = (0, []);
        ConfigWatch watch = Watch(_ => applied++, refused);
        File.Delete(_folder["locald.json"]);
        await watch.LookAsync();
        await watch.LookAsync();
        await watch.LookAsync();
        Assert.Contains("there is no such file", Assert.Single(refused));

        Write("locald.json", "{}");
        await watch.LookAsync();
        await watch.LookAsync();
        Assert.Equal(1, applied);
    }

    public void Dispose() => _folder.Dispose();

    private ConfigWatch Watch(Action<ProjectConfig> changed, List<string> refused) => new(ConfigFile.Load(_folder["locald.json"]), config =>
    {
        changed(config);
        return Task.CompletedTask;
    }, e => refused.Add(e.Message));

    private void Write(string name, string text = "{}") => File.WriteAllText(_folder[name], text);
}
