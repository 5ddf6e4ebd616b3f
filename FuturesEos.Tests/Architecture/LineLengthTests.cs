using Xunit;

namespace FuturesEos.Tests.Architecture;

/// <summary>A line ends at column 120, so that two files fit beside each other.</summary>
public class LineLengthTests
{
    private const int ColumnsMax = 120;

    /// <summary>Yet to be wrapped: a folder or file that is done is taken out, and stays done.</summary>
    private static readonly string[] NotYet =
    [
        "FuturesEos.Tests/Broker/",
        "FuturesEos.Tests/Chaos/",
        "FuturesEos.Tests/Crash/",
        "FuturesEos.Tests/EmbeddedKafka/",
        "FuturesEos.Tests/Streams/",
        "FuturesEos.Tests/OutboxRelay/DebeziumParityTests.cs",
        "FuturesEos.Tests/PipelineChaos/ChaosCommandTests.cs",
        "FuturesEos.Tests/Support/RealKafka.cs",
    ];

    /// <summary>Lines that are one literal (bytes, JSON, a pattern), which nothing but its own end may end.</summary>
    private static readonly Dictionary<string, int> Literals = new()
    {
        ["FuturesEos.SignalGenerator/SignalPublisher.cs"] = 1,
        ["FuturesEos.Tests/Cli/StartScriptTests.cs"] = 1,
        ["FuturesEos.Tests/Conformance/EngineReplayTests.cs"] = 3,
        ["FuturesEos.Tests/Conformance/PeerOnKafkaTests.cs"] = 1,
        ["FuturesEos.Tests/Contracts/DecisionReaderTests.cs"] = 2,
        ["FuturesEos.Tests/Contracts/DecisionRuleTests.cs"] = 2,
        ["FuturesEos.Tests/Contracts/OrderRuleTests.cs"] = 2,
        ["FuturesEos.Tests/Contracts/SignalReaderTests.cs"] = 1,
        ["FuturesEos.Tests/Contracts/TopicsTests.cs"] = 1,
        ["FuturesEos.Tests/Deploy/AspirateTests.cs"] = 1,
        ["FuturesEos.Tests/Deploy/DeployedConnect.cs"] = 1,
        ["FuturesEos.Tests/KafkaProtocol/Records/GoldenBatches.cs"] = 12,
        ["FuturesEos.Tests/KafkaProtocol/Records/RecordBatchTests.cs"] = 1,
        ["FuturesEos.Tests/KafkaProtocol/SchemaDescriber.cs"] = 1,
        ["FuturesEos.Tests/PipelineChaos/RotationTests.cs"] = 1,
        ["FuturesEos.Tests/PipelineChaos/SignalMixTests.cs"] = 1,
        ["FuturesEos.Tests/SignalGenerator/SendSourceTests.cs"] = 1,
        ["FuturesEos.Tests/SignalProcessor/BoundedStateTests.cs"] = 1,
        ["FuturesEos.Tests/SignalProcessor/SignalSamples.cs"] = 1,
        ["FuturesEos.Tests/SignalProcessor/SignalTaskTests.cs"] = 4,
        ["FuturesEos.Tests/Telemetry/MetricsPageTests.cs"] = 3,
        ["FuturesEos.Tests/Verification/PublishedWorld.cs"] = 1,
        ["FuturesEos.Tests/Verification/VerifierTests.cs"] = 3,
        ["lib/FuturesEos.Contracts/Signals/SignalReader.cs"] = 1,
        ["lib/FuturesEos.Topology/ConnectClient.cs"] = 1,
        ["tools/FuturesEos.Cli/Chaos/ChaosPage.cs"] = 4,
        ["tools/FuturesEos.Cli/Commands/VerifyCommand.cs"] = 1,
        ["tools/FuturesEos.Cli/Demo/DemoRun.cs"] = 1,
        ["tools/FuturesEos.Cli/Deploying/AspirateBase.cs"] = 3,
        ["tools/FuturesEos.Cli/Deploying/Checks/ConnectorCheck.cs"] = 1,
        ["tools/FuturesEos.Cli/Deploying/JsonPatch.cs"] = 1,
        ["tools/FuturesEos.Cli/Doctor/DatabaseChecks.cs"] = 1,
        ["tools/FuturesEos.Cli/Doctor/TopicChecks.cs"] = 2,
        ["tools/FuturesEos.Cli/Output/RecordLine.cs"] = 1,
        ["tools/FuturesEos.Cli/Verification/DatabaseReader.cs"] = 1,
        ["tools/FuturesEos.Cli/Verification/Following/FollowState.cs"] = 1,
        ["tools/FuturesEos.Cli/Verification/VerifyPage.cs"] = 3,
    };

    [Fact]
    public void a_line_ends_at_column_120()
    {
        var wide =
            from file in SourceTree.Files("*.cs")
            where !NotYet.Any(part => file.StartsWith(part, StringComparison.Ordinal))
            let lines = SourceTree.Lines(file)
            let numbers = Enumerable.Range(1, lines.Length)
                .Where(number => lines[number - 1].Length > ColumnsMax).ToList()
            where numbers.Count > Literals.GetValueOrDefault(file)
            select $"{file}: {string.Join(", ", numbers)}";
        Assert.Empty(wide);
    }

    [Fact]
    public void no_exception_is_kept_for_what_is_gone() => Assert.Empty(
        Literals.Keys.Concat(NotYet)
            .Where(part => !SourceTree.Files("*.cs").Any(file => file.StartsWith(part, StringComparison.Ordinal))));
}
