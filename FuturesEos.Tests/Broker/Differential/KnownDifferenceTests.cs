using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

public class KnownDifferenceTests
{
    [Fact]
    public void the_document_names_each_deliberate_difference_and_no_other()
    {
        var named = File.ReadLines(Path.Combine(SourceTree.Root, "docs", "embedded-kafka.md"))
            .SkipWhile(line => line != "| Difference | Why |").Skip(2)
            .TakeWhile(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim());
        Assert.Equal(KnownDifference.All.Select(known => known.Name).Distinct().Order(), named.Order());
    }
}
