using Locald.Running;

namespace Locald.Tests.Running;

public sealed class RunNameTests : IDisposable
{
    private readonly ProjectFolder _project = new();

    public void Dispose() => _project.Dispose();

    private static string Choose(string? given, string folder) => RunName.Choose(given, folder).ToString();

    [Theory]
    [InlineData("package.json", """{ "version": "1", "name": "@acme/My_App" }""", "my-app")]
    [InlineData("package.json", "\uFEFF{ \"name\": \"shop\" }", "shop")]
    [InlineData("My.Company.Web.csproj", "<Project/>", "my-company-web")]
    [InlineData("Cargo.toml", "[workspace]\nname = \"no\"\n[package]\nname = \"crab\" # here\n", "crab")]
    [InlineData("go.mod", "// x\nmodule example.com/team/gopher/v2\n\ngo 1.22\n", "gopher")]
    [InlineData("pyproject.toml", "[project]\nname = 'snake'\n", "snake")]
    public void A_project_is_served_by_the_name_that_its_own_file_gives(string file, string content, string name) =>
        Assert.Equal($"{name}.localhost", Choose(null, _project.Write(file, content)));

    [Theory]
    [InlineData("package.json", "{ nonsense")]
    [InlineData("package.json", """{ "private": true }""")]
    [InlineData("package.json", "[]")]
    [InlineData("package.json", """{ "name": "\ud800" }""")]
    [InlineData("package.json", "")]
    [InlineData(".git", "gitdir: /\0/worktrees/x")]
    [InlineData("Cargo.toml", "[workspace]\nmembers = []\n")]
    [InlineData("go.mod", "")]
    public void Without_a_name_in_its_files_it_is_the_folders(string file, string content)
    {
        _project.Write($"Some Folder/{file}", content);
        Assert.Equal("some-folder.localhost", Choose(null, _project.Make("Some Folder")));
    }

    [Fact]
    public void Files_are_looked_for_up_to_the_root_of_the_repository_and_no_further()
    {
        _project.Write("package.json", """{ "name": "stray" }""");
        _project.Make("repository/.git");
        string inner = _project.Make("repository/src/deep");
        Assert.Equal("deep.localhost", Choose(null, inner));
        _project.Write("repository/package.json", """{ "name": "mine" }""");
        Assert.Equal("mine.localhost", Choose(null, inner));
        Assert.Equal("outside.localhost", Choose(null, _project.Make("outside")));
    }

    [Theory]
    [InlineData("My_App 🚀", "my-app")]
    [InlineData("api.My_App", "api.my-app")]
    public void A_given_name_is_mended(string given, string name) => Assert.Equal($"{name}.localhost", Choose(given, _project.Path));

    [Theory]
    [InlineData("🚀", "nothing of '🚀' can stand in a name")]
    [InlineData("locald", "locald's own page")]
    [InlineData("*.app.localhost", "no single name")]
    [InlineData("a_b.localhost", "letters, digits and inner hyphens")]
    public void What_cannot_be_mended_is_refused_with_a_hint(string given, string why)
    {
        UserError error = Assert.Throws<UserError>(() => Choose(given, _project.Path));
        Assert.Contains(why, error.Message);
        Assert.Equal(ExitCode.Usage, error.Code);
        Assert.Single(error.Hints);
    }

    [Theory]
    [InlineData("ref: refs/heads/feat/login\n", "feat-login.shop")]
    [InlineData("ref: refs/heads/main\n", "shop")]
    [InlineData("3b18e512dba79e4c8300dd08aeb37f8e728b8dad\n", "tree-1.shop")]
    public void In_a_linked_working_tree_the_branch_stands_in_front(string head, string name)
    {
        _project.Write("main/.git/worktrees/tree-1/HEAD", head);
        _project.Write("tree/.git", "gitdir: ../main/.git/worktrees/tree-1\n");
        _project.Write("tree/package.json", """{ "name": "shop" }""");
        string folder = _project.Make("tree/src");
        Assert.Equal($"{name}.localhost", Choose(null, folder));
        Assert.Equal($"{name}.localhost", Choose("shop", folder));
        Assert.Equal("shop.localhost", Choose("shop.localhost", folder));
    }

    [Fact]
    public void A_submodule_is_no_second_checkout()
    {
        _project.Write("main/.git/modules/lib/HEAD", "ref: refs/heads/topic\n");
        _project.Write("main/lib/.git", $"gitdir: {_project.Path}/main/.git/modules/lib\n");
        Assert.Equal("lib.localhost", Choose(null, _project.Make("main/lib")));
    }
}
