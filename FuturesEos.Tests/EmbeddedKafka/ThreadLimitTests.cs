using FuturesEos.EmbeddedKafka;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka;

/// <summary>The runtime aborts a process that may not start one more thread: its pool stays below.</summary>
public class ThreadLimitTests
{
    [Theory]
    [InlineData(100, 20, 6, 78)]
    [InlineData(24, 14, 4, 6)]
    [InlineData(long.MaxValue / 2, 14, 4, int.MaxValue)]
    public void the_pool_may_have_what_the_rest_of_the_process_leaves(long limit, int used, int inPool, int most) =>
        Assert.Equal(most, ThreadLimit.MostInPool(limit, used, inPool));

    [Fact]
    public void a_limit_that_leaves_too_few_is_a_sentence_with_the_remedy()
    {
        var refused = Assert.Throws<IOException>(() => ThreadLimit.MostInPool(16, 14, 4));
        Assert.Contains("16 threads", refused.Message, StringComparison.Ordinal);
        Assert.Contains("6 more", refused.Message, StringComparison.Ordinal);
        Assert.Contains("ulimit -u", refused.Message, StringComparison.Ordinal);
    }
}
