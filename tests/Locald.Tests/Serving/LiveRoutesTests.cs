using Locald.Proxy.Routing;
using Locald.Serving;

namespace Locald.Tests.Serving;

public sealed class LiveRoutesTests : IDisposable
{
    private readonly HashSet<int> _dead = [];
    private readonly LiveRoutes _routes;
    private RouteTable _table = RouteTable.Create([Parse("app=3000"), Parse("app/api=4000")]);

    public LiveRoutesTests() => _routes = new(_table, table => _table = table, TimeProvider.System, process => !_dead.Contains(process.Pid));

    public void Dispose() => _routes.Dispose();

    [Fact]
    public void A_route_is_added_behind_those_of_the_command_line()
    {
        RouteChange change = Add("web=5000", By(1));
        Assert.Equal(ChangeOutcome.Added, change.Outcome);
        Assert.Equal(["app.localhost -> localhost:3000", "app.localhost/api -> localhost:4000", "web.localhost -> localhost:5000"], Table());
    }

    [Fact]
    public void The_same_again_changes_nothing()
    {
        Add("web=5000", By(1));
        RouteTable before = _table;
        Assert.Equal(ChangeOutcome.Already, Add("web=5000", By(1)).Outcome);
        Assert.Equal(ChangeOutcome.Already, Add("app=3000", By(1)).Outcome);
        Assert.Same(before, _table);
    }

    [Fact]
    public void Its_holder_gives_it_another_target()
    {
        Add("web=5000", By(1));
        Assert.Equal(ChangeOutcome.Replaced, Add("web=5001", By(1)).Outcome);
        Assert.Contains("web.localhost -> localhost:5001", Table());
    }

    [Theory]
    [InlineData("web=5001", false)]
    [InlineData("web=5000", false)]
    [InlineData("web=5001", true)]
    public void Another_process_is_told_whose_it_is_and_takes_it_by_force(string route, bool keep)
    {
        Add("web=5000", By(1, "npm run dev"));
        RouteChange held = Add(route, By(2), keep);
        Assert.Equal((ChangeOutcome.Held, "pid 1 (npm run dev)"), (held.Outcome, held.Route?.Holder?.ToString()));
        Assert.Contains("web.localhost -> localhost:5000", Table());

        Assert.Equal(ChangeOutcome.Replaced, Add(route, By(2), keep, force: true).Outcome);
        Assert.Contains(Parse(route).ToString(), Table());
    }

    [Fact]
    public void A_later_process_with_the_same_id_is_another_one()
    {
        Add("web=5000", By(1));
        Holder later = new(new(1, DateTimeOffset.UnixEpoch.AddMinutes(1)), "");
        Assert.Equal(ChangeOutcome.Held, Add("web=5001", later).Outcome);
    }

    [Fact]
    public void What_a_dead_process_held_goes_and_the_rest_stays()
    {
        Add("web=5000", By(1));
        Add("api=6000", By(2));
        Add("docs=7000", By(1), keep: true);
        _dead.Add(1);
        _routes.DropDead();
        Assert.Equal(["app.localhost -> localhost:3000", "app.localhost/api -> localhost:4000", "api.localhost -> localhost:6000", "docs.localhost -> localhost:7000"], Table());
    }

    [Fact]
    public void What_a_dead_process_held_is_free_at_once()
    {
        Add("web=5000", By(1));
        _dead.Add(1);
        Assert.Equal(ChangeOutcome.Replaced, Add("web=5001", By(2)).Outcome);
    }

    [Fact]
    public void A_kept_route_is_not_taken_by_another_process_though_its_own_has_ended()
    {
        Add("web=5000", By(1), keep: true);
        _dead.Add(1);
        Assert.Equal(ChangeOutcome.Held, Add("web=5001", By(2), keep: true).Outcome);
        Assert.Equal(ChangeOutcome.Already, Add("web=5000", By(2), keep: true).Outcome);
        Assert.Equal(ChangeOutcome.Already, Add("web=5000", By(2)).Outcome);
        Assert.Equal(ChangeOutcome.Removed, _routes.Remove(RouteName.Parse("web")).Outcome);
    }

    [Fact]
    public void A_route_of_the_command_line_comes_back_when_the_one_that_took_it_by_force_goes()
    {
        Assert.Equal(ChangeOutcome.Held, Add("app=3001", By(1)).Outcome);
        Assert.Equal(ChangeOutcome.Replaced, Add("app=3001", By(1), force: true).Outcome);
        Assert.Equal(["app.localhost/api -> localhost:4000", "app.localhost -> localhost:3001"], Table());
        _dead.Add(1);
        _routes.DropDead();
        Assert.Equal(["app.localhost -> localhost:3000", "app.localhost/api -> localhost:4000"], Table());
    }

    [Fact]
    public void A_route_is_removed_and_then_is_not_there()
    {
        Assert.Equal(ChangeOutcome.Removed, _routes.Remove(RouteName.Parse("app/api")).Outcome);
        Assert.Equal(["app.localhost -> localhost:3000"], Table());
        Assert.Equal(ChangeOutcome.Absent, _routes.Remove(RouteName.Parse("app/api")).Outcome);
    }

    [Fact]
    public void Who_removes_only_its_own_leaves_what_another_took_meanwhile()
    {
        Add("web=5000", By(1));
        Add("web=5001", By(2), force: true);
        Assert.Equal(ChangeOutcome.Held, _routes.Remove(RouteName.Parse("web"), By(1)).Outcome);
        Assert.Equal(ChangeOutcome.Removed, _routes.Remove(RouteName.Parse("web"), By(2)).Outcome);
    }

    [Fact]
    public void What_did_not_change_is_the_same_object_in_the_next_table()
    {
        Route app = _table.Routes[0];
        Add("web=5000", By(1));
        Route web = _table.Routes[2];
        Add("api=6000", By(1));
        Assert.Same(app, _table.Routes[0]);
        Assert.Same(web, _table.Routes[2]);

        _routes.ReplaceOwn(RouteTable.Create([Parse("app=3000"), Parse("app/api=4001")]));
        Assert.Same(app, _table.Routes[0]);
        Assert.Equal("app.localhost/api -> localhost:4001", _table.Routes[1].ToString());
        Assert.Same(web, _table.Routes[2]);
    }

    [Fact]
    public void An_app_that_has_started_keeps_its_target_and_whoever_waits_is_told()
    {
        Boot boot = new();
        Add("web=5000", By(1), boot: boot);
        Target target = _table.Routes[2].Target;
        Add("api=6000", By(1));
        Assert.False(boot.Over.IsCompleted);

        Assert.Equal(ChangeOutcome.Replaced, Add("web=5000", By(1)).Outcome);
        Assert.True(boot.Over.IsCompleted);
        Assert.Null(_table.Routes[2].Boot);
        Assert.Same(target, _table.Routes[2].Target);
    }

    [Fact]
    public void An_app_that_dies_while_it_starts_ends_the_wait()
    {
        Boot boot = new();
        Add("web=5000", By(1), boot: boot);
        _dead.Add(1);
        _routes.DropDead();
        Assert.True(boot.Over.IsCompleted);
    }

    [Fact]
    public void No_more_are_added_than_there_may_be()
    {
        for (int i = 0; i < LiveRoutes.Most; i++)
        {
            Assert.Equal(ChangeOutcome.Added, Add($"n{i}=5000", By(1)).Outcome);
        }

        Assert.Equal(ChangeOutcome.Full, Add("one-more=5000", By(1)).Outcome);
        Assert.Equal(ChangeOutcome.Replaced, Add("n7=5001", By(1)).Outcome);
    }

    [Fact]
    public void A_holders_words_are_short_and_nothing_that_a_terminal_obeys()
    {
        Assert.Equal(@"pid 1 (\x1b[31mred)", By(1, "\e[31mred").ToString());
        Assert.Equal(Holder.LongestWords, By(1, new string('x', 1000)).Words.Length);
    }

    [Fact]
    public void This_process_is_alive_and_one_that_started_earlier_under_its_id_is_not()
    {
        ProcessIdentity self = ProcessIdentity.Of(Environment.ProcessId)!.Value;
        Assert.True(self.IsAlive);
        Assert.False((self with { Since = self.Since.AddHours(-1) }).IsAlive);
        Assert.Contains("Locald.Tests", Holder.Of(Environment.ProcessId)!.Words);
        Assert.Null(ProcessIdentity.Of(int.MaxValue));
    }

    private static Route Parse(string text) => Route.Parse(text, "/");

    private static Holder By(int pid, string words = "") => new(new(pid, DateTimeOffset.UnixEpoch), words);

    private RouteChange Add(string route, Holder holder, bool keep = false, bool force = false, Boot? boot = null) =>
        _routes.Add(Parse(route) with { Boot = boot }, holder, keep, force);

    private string[] Table() => [.. _table.Routes.Select(r => r.ToString())];
}
