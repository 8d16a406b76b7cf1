using System.Security.Cryptography.X509Certificates;
using System.Text;
using Locald.Trust.Windows.Wsl;

namespace Locald.Tests.Trust.Windows.Wsl;

public sealed class RootScriptAnswerTests
{
    [Fact]
    public void What_is_no_line_of_ours_is_passed_over()
    {
        RootScriptAnswer answer = RootScriptAnswer.Parse("""
            WARNING: a profile of somebody
            Root
            Root CurrentUser
            Root Nobody AAAA
            Root CurrentUser !!!!
            Root CurrentUser AAAA AAAA
            failed
            failed CurrentUser x AAAA
            failed Nobody 5 AAAA
            unread LocalMachine
            Root LocalMachine AAAA
            """);
        Assert.False(answer.IsWhole);
        Assert.Empty(answer.Failed);
        Assert.Empty(answer.Unread);
        Assert.Empty(answer.List(StoreName.Root, StoreLocation.CurrentUser));
        Assert.Equal([0, 0, 0], Assert.Single(answer.List(StoreName.Root, StoreLocation.LocalMachine)));
    }

    [Fact]
    public void A_message_in_the_users_language_arrives()
    {
        const string message = "Zugriff verweigert: 禁止";
        RootScriptAnswer answer = RootScriptAnswer.Parse($"failed CurrentUser -2147024891 {Convert.ToBase64String(Encoding.UTF8.GetBytes(message))}\r\nend\r\n");
        Assert.Equal(new RootScriptFault(StoreLocation.CurrentUser, unchecked((int)0x80070005), message), Assert.Single(answer.Failed));
        Assert.True(answer.IsWhole);
    }

    [Fact]
    public void The_users_list_is_what_the_machines_list_does_not_lend_to_it()
    {
        RootScriptAnswer answer = RootScriptAnswer.Parse("""
            Root CurrentUser AAAA
            Root CurrentUser BBBB
            Root CurrentUser AAAA
            Root LocalMachine AAAA
            Root LocalMachine CCCC
            end
            """);
        Assert.Equal(["BBBB", "AAAA"], answer.List(StoreName.Root, StoreLocation.CurrentUser).Select(Convert.ToBase64String));
        Assert.Equal(["AAAA", "CCCC"], answer.List(StoreName.Root, StoreLocation.LocalMachine).Select(Convert.ToBase64String));
        Assert.Empty(answer.List(StoreName.Disallowed, StoreLocation.CurrentUser));
    }

    [Fact]
    public void Nothing_that_PowerShell_may_print_breaks_it()
    {
        Random random = new(20260101);
        string[] words = ["Root", "Disallowed", "CurrentUser", "LocalMachine", "failed", "unread", "end", "-1", "AAAA", "\r", "\n", "\0", "é", " "];
        for (int i = 0; i < 5000; i++)
        {
            string text = string.Join(random.Next(2) == 0 ? " " : "", random.GetItems(words, random.Next(30)));
            RootScriptAnswer answer = RootScriptAnswer.Parse(text);
            Assert.True(answer.List(StoreName.Root, StoreLocation.CurrentUser).Count <= 30);
        }
    }
}
