using Locald.Proxy.StaticFiles;

namespace Locald.Tests.Proxy.StaticFiles;

public sealed class ByteRangeTests
{
    [Fact]
    public void A_part_is_always_inside_the_file()
    {
        Random random = new(20266);
        const string Alphabet = "0123456789--,= ";
        int parts = 0;
        for (int i = 0; i < 50_000; i++)
        {
            string field = "bytes=" + new string([.. Enumerable.Range(0, random.Next(24)).Select(_ => Alphabet[random.Next(Alphabet.Length)])]);
            long size = random.Next(4) == 0 ? random.NextInt64() : random.Next(20);
            RangeOutcome outcome = ByteRange.Read(field, size, out long offset, out long length);
            if (outcome == RangeOutcome.Part)
            {
                parts++;
                Assert.True(offset >= 0 && length > 0 && offset <= size - length, field);
            }
            else if (outcome == RangeOutcome.Whole)
            {
                Assert.Equal((0, size), (offset, length));
            }
        }

        Assert.True(parts > 1000);
    }
}
