using FuturesEos.Tests.Architecture;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Faults;

/// <summary>The README's example is this file's: it compiles, it runs, and the text is the same.</summary>
public class ReadmeExampleTests
{
    [Fact]
    public void the_readme_shows_the_example_that_runs_here()
    {
        var here = File.ReadAllText(Path.Combine(SourceTree.Root, "FuturesEos.Tests", "EmbeddedKafka", "Faults", "ExampleTests.cs"));
        var readme = File.ReadAllText(Path.Combine(SourceTree.Root, "lib", "FuturesEos.EmbeddedKafka", "README.md"));
        var example = here[here.IndexOf("public class", StringComparison.Ordinal)..].Trim();
        Assert.Contains(example, readme);
        Assert.True(example.Split('\n').Length <= 26, "the example is to stay short");
    }
}
