using FuturesEos.EmbeddedKafka.Groups;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

public class OffsetsPartitionTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("g", 3)] // hash 103
    [InlineData("console-consumer", 40)] // hash -648006740: the amount counts, not the lower 31 bits
    [InlineData("polygenelubricants", 0)] // hash -2147483648 has no amount
    public void a_group_has_the_partition_that_Kafka_gives_it(string group, int partition) =>
        Assert.Equal(partition, OffsetsPartition.Of(group).Partition);
}
