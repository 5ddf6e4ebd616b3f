using System.Xml.Linq;
using Xunit;

namespace FuturesEos.Tests.Architecture;

/// <summary>Who may use whom. A new arrow is a decision: it is made here first.</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Contracts"] = [],
        ["Topology"] = ["Contracts"],
        ["Streams"] = [],
        ["KafkaProtocol"] = [],
        ["EmbeddedKafka"] = ["KafkaProtocol"],
        ["ServiceDefaults"] = [],
        ["LocalPostgres"] = ["ServiceDefaults"],
        ["SignalGenerator"] = ["Contracts", "ServiceDefaults"],
        ["SignalProcessor"] = ["Contracts", "ServiceDefaults", "Streams"],
        ["SignalProcessor.Streamiz"] = ["SignalProcessor"],
        ["OrderManager"] = ["Contracts", "ServiceDefaults"],
        ["OutboxRelay"] = ["Contracts", "ServiceDefaults"],
        // Streams: eos explain shows its FailureTable; Topology: eos relay talks to Connect as the AppHost does
        ["Cli"] = ["Contracts", "ServiceDefaults", "KafkaProtocol", "EmbeddedKafka", "LocalPostgres", "Streams",
            "Topology"],
    };

    private static readonly Dictionary<string, string[]> Packages = new()
    {
        ["Contracts"] = ["Microsoft.CodeAnalysis.BannedApiAnalyzers"],
        ["Topology"] = [],
        ["KafkaProtocol"] = [],
        ["EmbeddedKafka"] = [],
        ["Streams"] = ["Confluent.Kafka", "RocksDB"],
    };

    public static TheoryData<string> Projects => [.. Allowed.Keys];

    [Theory]
    [MemberData(nameof(Projects))]
    public void a_project_uses_only_what_the_picture_allows(string project)
    {
        var linked = Project(project).Descendants("ProjectReference")
            .Where(r => (string?)r.Attribute("ReferenceOutputAssembly") != "false")
            .Select(r => Path.GetFileNameWithoutExtension((string)r.Attribute("Include")!)["FuturesEos.".Length..]);
        Assert.Empty(linked.Except(Allowed[project]));
    }

    [Fact]
    public void the_contract_and_the_broker_stand_on_no_package_of_others()
    {
        foreach (var (project, allowed) in Packages)
        {
            var used = Project(project).Descendants("PackageReference").Select(r => (string)r.Attribute("Include")!);
            Assert.Empty(used.Except(allowed));
        }
    }

    [Fact]
    public void the_solution_holds_every_project()
    {
        var solution = SourceTree.Read("FuturesEos.sln").Replace('\\', '/');
        Assert.Empty(SourceTree.Files("*.csproj").Where(project => !solution.Contains(project)));
    }

    private static XDocument Project(string name) => XDocument.Parse(SourceTree.Read(PathOf(name)));

    private static string PathOf(string name) =>
        SourceTree.Files("*.csproj")
            .Single(file => file.EndsWith($"/FuturesEos.{name}.csproj", StringComparison.Ordinal));
}
