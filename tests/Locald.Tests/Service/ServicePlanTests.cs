using System.Xml.Linq;
using Locald.Service;

namespace Locald.Tests.Service;

public sealed class ServicePlanTests
{
    private static readonly ServiceRequest Request = new("/opt/my tools/locald", ["app.localhost=localhost:3000"], "ann", "/home/ann", null, Redirect: true, IPv6: true);

    [Fact]
    public void The_system_opens_the_ports_and_the_service_runs_as_the_user()
    {
        ServicePlan plan = SystemdUnits.OfSystem(Request, "/etc/systemd/system");
        Assert.True(plan.NeedsRoot);
        Assert.Equal(["/etc/systemd/system/locald.socket", "/etc/systemd/system/locald.service"], plan.Files.Select(f => f.Path));
        Assert.Equal(
            ["ListenStream=127.0.0.1:443", "ListenStream=[::1]:443", "ListenStream=127.0.0.1:80", "ListenStream=[::1]:80"],
            plan.Files[0].Text.Split('\n').Where(l => l.StartsWith("Listen", StringComparison.Ordinal)));
        string service = plan.Files[1].Text;
        Assert.Contains("\nUser=ann\n", service);
        Assert.Contains("\nExecStart=\"/opt/my tools/locald\" serve --config off app.localhost=localhost:3000\n", service);
        Assert.Contains("\nRequires=locald.socket\n", service);
        Assert.Equal([443, 80], plan.Ports);
    }

    [Fact]
    public void The_user_s_own_manager_needs_no_root_and_opens_no_port()
    {
        ServicePlan plan = SystemdUnits.OfUser(Request, "/home/ann/.config/systemd/user");
        Assert.False(plan.NeedsRoot);
        string service = Assert.Single(plan.Files).Text;
        Assert.DoesNotContain("User=", service);
        Assert.DoesNotContain("locald.socket", service);
        Assert.Contains("\nWantedBy=default.target\n", service);
        Assert.All(plan.Start.Concat(plan.Stop).Append(plan.IsActive), c => Assert.Equal("--user", c[1]));
        Assert.Empty(plan.Ports);
    }

    [Fact]
    public void What_systemd_reads_into_words_is_escaped()
    {
        ServiceRequest odd = Request with { Routes = ["a=/srv/100% \"mine\" $HOME", "*.b=[::1]:1"], LocaldHome = "/tmp/$x y" };
        string service = SystemdUnits.OfSystem(odd, "/x").Files[1].Text;
        Assert.Contains(" \"a=/srv/100%% \\\"mine\\\" $$HOME\" *.b=[::1]:1\n", service);
        Assert.Contains("\nEnvironment=\"LOCALD_HOME=/tmp/$x y\"\n", service);
    }

    [Fact]
    public void Without_IPv6_and_without_redirect_there_is_one_socket()
    {
        ServicePlan plan = SystemdUnits.OfSystem(Request with { Redirect = false, IPv6 = false }, "/x");
        Assert.Equal("ListenStream=127.0.0.1:443", Assert.Single(plan.Files[0].Text.Split('\n'), l => l.StartsWith("Listen", StringComparison.Ordinal)));
        Assert.Contains(" serve --config off --http off ", plan.Files[1].Text);
        Assert.Equal([443], plan.Ports);
    }

    [Fact]
    public void The_agent_of_launchd_is_a_property_list_with_sockets_for_both_families()
    {
        ServicePlan plan = LaunchAgent.Of(Request with { Home = "/Users/ann", Routes = ["a=/srv/a&b"], LocaldHome = "/x<y" }, "gui/501");
        ServiceFile file = Assert.Single(plan.Files);
        Assert.Equal("/Users/ann/Library/LaunchAgents/dev.locald.serve.plist", file.Path);
        XElement list = XDocument.Parse(file.Text).Root!.Element("dict")!;
        Assert.Equal(["/opt/my tools/locald", "serve", "--config", "off", "a=/srv/a&b"], Value(list, "ProgramArguments").Elements().Select(e => e.Value));
        Assert.Equal("/x<y", Value(Value(list, "EnvironmentVariables"), "LOCALD_HOME").Value);
        XElement[] https = [.. Value(Value(list, "Sockets"), "https").Elements()];
        Assert.Equal(["127.0.0.1", "::1"], https.Select(s => Value(s, "SockNodeName").Value));
        Assert.All(https, s => Assert.Equal("443", Value(s, "SockServiceName").Value));
        Assert.Equal(["IPv4", "IPv6"], https.Select(s => Value(s, "SockFamily").Value));
        Assert.Equal(2, Value(Value(list, "Sockets"), "http").Elements().Count());
    }

    [Fact]
    public void The_task_of_Windows_starts_at_its_user_s_logon()
    {
        ServicePlan plan = ScheduledTask.Of(Request with { User = "PC\\ann", Routes = ["docs=C:\\my site"] }, "/state");
        XElement task = XDocument.Parse(Assert.Single(plan.Files).Text).Root!;
        XNamespace ns = "http://schemas.microsoft.com/windows/2004/02/mit/task";
        Assert.Equal("PC\\ann", task.Element(ns + "Triggers")!.Element(ns + "LogonTrigger")!.Element(ns + "UserId")!.Value);
        XElement exec = task.Element(ns + "Actions")!.Element(ns + "Exec")!;
        Assert.Equal("/opt/my tools/locald", exec.Element(ns + "Command")!.Value);
        Assert.Equal("serve --config off \"docs=C:\\my site\"", exec.Element(ns + "Arguments")!.Value);
    }

    [Fact]
    public void Every_file_says_whose_it_is()
    {
        ServicePlan[] plans = [SystemdUnits.OfSystem(Request, "/x"), SystemdUnits.OfUser(Request, "/x"), LaunchAgent.Of(Request, "gui/1"), ScheduledTask.Of(Request, "/x")];
        Assert.All(plans.SelectMany(p => p.Files), f => Assert.Contains(ServicePlan.Mark, f.Text));
    }

    /// <summary>What follows a key of a property list's dictionary.</summary>
    private static XElement Value(XElement dictionary, string key) =>
        Assert.IsType<XElement>(dictionary.Elements("key").Single(k => k.Value == key).NextNode);
}
