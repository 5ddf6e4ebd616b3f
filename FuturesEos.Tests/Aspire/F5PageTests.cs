using System.Text.RegularExpressions;
using FuturesEos.Tests.Architecture;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>The walk with F5 names resources, commands, options and folders that the AppHost has.</summary>
public partial class F5PageTests
{
    private static readonly string Page = SourceTree.Read("docs/f5.md");

    private static readonly string Host = string.Join('\n', SourceTree.Files("*.cs")
        .Where(file => file.StartsWith("FuturesEos.AppHost/", StringComparison.Ordinal)).Select(SourceTree.Read));

    [Fact]
    public void every_resource_that_it_shows_is_in_the_model()
    {
        var shown = Name().Matches(Section("## 2.")).Select(match => match.Groups[1].Value).Distinct()
            .Where(name => !name.Contains('.') && !name.StartsWith('-')).ToList();
        Assert.True(shown.Count > 10, string.Join(", ", shown));
        var nodes = KafkaNode.InContainers(ClusterShape.Three).Select(node => node.Host);
        Assert.Empty(shown.Except(nodes)
            .Where(name => !Host.Contains($"\"{name}\"") && !Host.Contains($"\"{name[..(name.IndexOf('-') + 1)]}{{")));
    }

    [Fact]
    public void every_command_that_it_offers_is_one_of_a_resource()
    {
        var offered = Row().Matches(Section("## 3.")).Select(match => match.Groups[1].Value)
            .Where(command => command is not "command"
                && !command.StartsWith("---") && !command.EndsWith("(Aspire's own)")).ToList();
        Assert.Equal(7, offered.Count);
        Assert.All(offered, command => Assert.Contains($"\"{command}\"", Host));
    }

    [Fact]
    public void the_options_and_the_volumes_are_those_of_the_topology()
    {
        Assert.Equal(
            new TopologyOptions(Infrastructure.Containers, new ClusterShape(1), Cdc.Relay),
            TopologyOptions.Parse(Infrastructure.Containers, "1", "relay"));
        var volume = TopologyOptions.Parse(Infrastructure.Containers, null, null).Volume("postgres");
        Assert.Contains(volume[..volume.LastIndexOf('-')], Page);
        Assert.Contains("--Brokers=ten: a number from 1 to 9 is needed", Page);
        Assert.StartsWith(
            "--Brokers=ten: a number from 1 to 9 is needed",
            Assert.Throws<ArgumentException>(
                () => TopologyOptions.Parse(Infrastructure.Containers, "ten", null)).Message);
    }

    private static string Section(string heading) =>
        Page[Page.IndexOf(heading, StringComparison.Ordinal)..].Split("\n## ")[0].Split("\n**Traces**")[0];

    [GeneratedRegex("`([^` ]+)`")]
    private static partial Regex Name();

    // | `connect` | Restart the connector | …
    [GeneratedRegex(@"^\| [^|]+ \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
