using System.Runtime.Versioning;
using System.Text;
using Locald.Tests.Trust.Linux;
using Locald.Tests.Trust.Policy;
using Locald.Trust.Nss;

namespace Locald.Tests.Trust.Nss;

public sealed class IniFileTests
{
    [Theory]
    [InlineData("[Profile0]\nName=a\nIsRelative=1\nPath=x.a\n", "/r/x.a")]
    [InlineData("[Profile0]\r\nPath=Profiles/x a\r\n\r\n[Profile1]\r\nPath=/abs/b\r\nIsRelative=0\r\n", "/r/Profiles/x a", "/abs/b")]
    [InlineData("\uFEFF[profile7]\n  path = x \n", "/r/x ")]
    [InlineData("; Path=no\n# [Profile]\n[Profile0]\n;Path=no\nPath=yes\n", "/r/yes")]
    [InlineData("Path=before any section\n[General]\nPath=none\n[Profile0]\nName=without a path\n", new string[0])]
    [InlineData("[Profile0]\nPath=a\nPath=b\n[Profile1]\nPath=b\n[Profile2]\nPath=./c/../b\n", "/r/b")]
    [InlineData("[Profile0]\nIsRelative=0\nPath=relative all the same\n", new string[0])]
    [InlineData("[Profile0]\nPath=../out\n", "/out")]
    [InlineData("[Profile0\nPath=unclosed\n[]\nPath=x\n[Profile1]\n=\nPath\nPath=\n", "/r/unclosed")]
    [InlineData("[Profile0]\nPath=a\0b\n", new string[0])]
    [InlineData("[Install3B6073811A6ABF12]\nDefault=only.here\nLocked=1\n", "/r/only.here")]
    public void Profiles_are_read_as_Firefox_and_people_write_them(string text, params string[] profiles) =>
        Assert.Equal(profiles, ProfilesIni.Profiles(IniFile.Parse(Encoding.UTF8.GetBytes(text)), [], "/r"));

    [Fact]
    public void An_installation_may_name_a_profile_that_no_section_does() =>
        Assert.Equal(["/r/a", "/r/b"], ProfilesIni.Profiles(IniFile.Parse("[Profile0]\nPath=a"u8), IniFile.Parse("[3B6073811A6ABF12]\nDefault=b"u8), "/r"));

    [Fact]
    public void Whatever_stands_in_a_file_the_answer_is_bounded()
    {
        Assert.Equal(ProfilesIni.MostProfiles, ProfilesIni.Profiles(Sections(5000, "Path"), [], "/r").Count);
        Assert.Equal(ProfilesIni.MostProfiles, ProfilesIni.Profiles([], Sections(5000, "Default"), "/r").Count);
        Assert.Empty(ProfilesIni.Profiles(IniFile.Parse(Encoding.UTF8.GetBytes($"[Profile0]\nPath={new string('x', 100_000)}")), [], "/r"));
        Assert.Empty(IniFile.Parse(Encoding.UTF8.GetBytes(new string('\n', IniFile.LongestFile) + "[Profile0]\nPath=a")));

        static IReadOnlyList<IniSection> Sections(int count, string key) =>
            IniFile.Parse(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => $"[Profile{i}]\n{key}={i}\n"))));
    }

    [Fact]
    public void Random_bytes_and_damaged_files_are_read_without_a_fault()
    {
        Random random = new(3);
        byte[] whole = "\uFEFF[Profile0]\r\nName=default\r\nIsRelative=0\r\nPath=/home/u/x\r\n[Install01]\r\nDefault=y\r\n; c\r\n"u8.ToArray();
        for (int i = 0; i < 5000; i++)
        {
            byte[] text = i % 2 == 0 ? new byte[random.Next(300)] : [.. whole];
            if (i % 2 == 0)
            {
                random.NextBytes(text);
            }
            else
            {
                Enumerable.Range(0, 4).ToList().ForEach(_ => text[random.Next(text.Length)] = (byte)random.Next(256));
            }

            IReadOnlyList<IniSection> sections = IniFile.Parse(text);
            Assert.All(ProfilesIni.Profiles(sections, sections, "/r"), p => Assert.StartsWith("/", p));
        }
    }

    [Fact(Timeout = 20_000)]
    [SupportedOSPlatform("linux")]
    public async Task A_pipe_is_not_waited_for()
    {
        using FakeLinux linux = new();
        Shell.Run($"mkfifo {linux.At("/profiles.ini")}");
        linux.Folder("/folder.ini");
        Assert.Empty(await Task.Run(() => IniFile.Read(linux.At("/profiles.ini")), TestContext.Current.CancellationToken));
        Assert.Empty(IniFile.Read(linux.At("/folder.ini")));
        Assert.Empty(IniFile.Read(linux.At("/none.ini")));
    }
}
