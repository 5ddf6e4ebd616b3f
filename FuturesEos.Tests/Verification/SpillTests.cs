using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using Xunit;

namespace FuturesEos.Tests.Verification;

public sealed class SpillTests
{
    [Fact]
    public void a_bucket_gives_its_items_in_their_order_from_disk_and_memory_alike()
    {
        using var spill = new Spill<long>((to, item) => to.Write(item), from => from.ReadInt64());
        for (var item = 0L; item < 1_000_000; item++) spill.Add((int)(item % 7), item);
        Assert.Equal(1_000_000, spill.Count);
        for (var bucket = 0; bucket < 7; bucket++)
        {
            var expected = (long)bucket;
            foreach (var item in spill.Read(bucket))
            {
                Assert.Equal(expected, item);
                expected += 7;
            }

            Assert.True(expected >= 1_000_000);
        }

        Assert.Empty(spill.Read(8));
    }

    [Fact]
    public void a_record_comes_back_byte_for_byte()
    {
        CommittedRecord[] records =
        [
            new("t", 3, 1L << 40, -1, null, null, []),
            new("topic", 0, 0, long.MaxValue,
                [], [0, 255], [new RecordHeader("a", null), new RecordHeader("a", []), RecordHeader.Of("ü", "☃")]),
            new("big", 1, 2, 3, new byte[300], new byte[100_000], []),
        ];
        using var spill = new Spill<CommittedRecord>(SpillCodec.Write, SpillCodec.ReadRecord);
        foreach (var record in records) spill.Add(5, record);
        Assert.Equal(records.Select(Text), spill.ReadAll().Select(Text));
    }

    private static string Text(CommittedRecord r) =>
        $"{r.Topic} {r.Partition} {r.Offset} {r.TimestampMs} {Hex(r.Key)} {Hex(r.Value)} "
        + string.Join(',', r.Headers.Select(h => h.Name + "=" + Hex(h.Value)));

    private static string Hex(byte[]? bytes) => bytes is null ? "none" : Convert.ToHexString(bytes);
}
