using Locald.Proxy.Http2.Hpack;
using Locald.Tests.Proxy.Messages;

namespace Locald.Tests.Proxy.Http2.Hpack;

public sealed class DynamicTableTests
{
    [Fact]
    public void An_entry_counts_its_bytes_and_32()
    {
        DynamicTable table = new(100);
        table.Add("ab"u8, "cde"u8);
        Assert.Equal((1, 37), (table.Count, table.Size));
        table.Add([], []);
        Assert.Equal((2, 69), (table.Count, table.Size));
        Assert.Equal(["32 : ", "37 ab: cde"], Blocks.Entries(table));
    }

    [Fact]
    public void The_oldest_go_first_and_only_as_many_as_needed()
    {
        DynamicTable table = new(34 * 3);
        foreach (string name in (string[])["a", "b", "c", "d"])
        {
            table.Add(Heads.Bytes(name), "1"u8);
        }

        Assert.Equal(["34 d: 1", "34 c: 1", "34 b: 1"], Blocks.Entries(table));
        table.Add("e"u8, "12"u8);
        Assert.Equal(["35 e: 12", "34 d: 1"], Blocks.Entries(table));
    }

    [Fact]
    public void An_entry_as_large_as_the_table_is_kept_and_a_larger_one_empties_it()
    {
        DynamicTable table = new(40);
        table.Add("name"u8, "1234"u8);
        Assert.Equal(["40 name: 1234"], Blocks.Entries(table));
        table.Add("name"u8, "12345"u8);
        Assert.Equal((0, 0), (table.Count, table.Size));
        table.Add("n"u8, "1"u8);
        Assert.Equal(["34 n: 1"], Blocks.Entries(table));
    }

    [Fact]
    public void A_smaller_size_evicts_and_a_larger_one_brings_nothing_back()
    {
        DynamicTable table = new(100);
        table.Add("a"u8, "1"u8);
        table.Add("b"u8, "2"u8);
        table.Resize(67);
        Assert.Equal(["34 b: 2"], Blocks.Entries(table));
        table.Resize(100);
        Assert.Equal(["34 b: 2"], Blocks.Entries(table));
        table.Resize(0);
        Assert.Equal((0, 0, 0), (table.Count, table.Size, table.MaxSize));
        table.Add([], []);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void The_newest_match_is_found()
    {
        DynamicTable table = new(4096);
        table.Add("a"u8, "1"u8);
        table.Add("b"u8, "1"u8);
        table.Add("a"u8, "2"u8);
        table.Add("a"u8, "1"u8);
        Assert.Equal((0, -1), Find(table, "a", "1"));
        Assert.Equal((1, -1), Find(table, "a", "2"));
        Assert.Equal((-1, 0), Find(table, "a", "3"));
        Assert.Equal((-1, 2), Find(table, "b", ""));
        Assert.Equal((-1, -1), Find(table, "ab", "1"));
        table.Resize(34 * 2);
        Assert.Equal((-1, -1), Find(table, "b", "1"));
    }

    [Fact]
    public void It_holds_what_a_simple_list_would_hold()
    {
        Random random = new(7541);
        DynamicTable table = new(1000);
        List<string> list = [];
        for (int turn = 0; turn < 20_000; turn++)
        {
            if (random.Next(50) == 0)
            {
                table.Resize(random.Next(1001));
            }
            else
            {
                string name = new((char)random.Next(256), random.Next(random.Next(4) == 0 ? 400 : 20));
                string value = new((char)random.Next(256), random.Next(random.Next(4) == 0 ? 700 : 20));
                table.Add(Heads.Bytes(name), Heads.Bytes(value));
                list.Insert(0, $"{name.Length + value.Length + 32} {name}: {value}");
            }

            while (list.Sum(Size) > table.MaxSize)
            {
                list.RemoveAt(list.Count - 1);
            }

            Assert.Equal(list, Blocks.Entries(table));
            Assert.Equal(list.Sum(Size), table.Size);
        }

        static int Size(string entry) => int.Parse(entry[..entry.IndexOf(' ')]);
    }

    [Fact]
    public void Its_memory_is_bounded_by_its_size()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        DynamicTable table = new(4096);
        byte[] value = new byte[600];
        for (int turn = 0; turn < 50_000; turn++)
        {
            table.Add("name"u8, value.AsSpan(0, turn * 31 % value.Length));
            if (turn % 1000 == 0)
            {
                table.Resize(turn % 4096);
                table.Resize(4096);
            }
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, 4 * 4096);
    }

    private static (int Found, int SameName) Find(DynamicTable table, string name, string value)
    {
        int found = table.Find(Heads.Bytes(name), Heads.Bytes(value), out int sameName);
        return (found, found >= 0 ? -1 : sameName);
    }
}
