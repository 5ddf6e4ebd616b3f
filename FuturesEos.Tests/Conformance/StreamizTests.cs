using System.Text;
using Confluent.Kafka;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Crash;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Conformance;

/// <summary>The program on Streamiz.Kafka.Net that docs/engines.md compares with ours.</summary>
public sealed class StreamizTests(EmbeddedBroker broker) : IClassFixture<EmbeddedBroker>
{
    [Theory]
    [InlineData("rocksdb")]
    [InlineData("memory")]
    public async Task without_a_fault_it_decides_every_signal_once(string store)
    {
        var name = TestNames.Unique();
        using var input = await SignalInput.CreateAsync(broker.BootstrapServers);
        input.Append(500);
        var oracle = SignalOracle.Of(broker.BootstrapServers);
        var folder = Directory.CreateTempSubdirectory("eos-streamiz-");
        try
        {
            using var processor = ChildProgram.Start(
                Installation.Executable("FuturesEos.SignalProcessor.Streamiz"),
                [
                    "--bootstrap-servers", broker.BootstrapServers, "--application-id", name, "--output-prefix", name,
                    "--state-dir", folder.FullName, "--store", store,
                ]);
            using var decisions = new TopicTail(broker.BootstrapServers, Topics.Decisions(name));
            var isThrough = await Eventually.Happens(
                () => Task.FromResult(decisions.Read() >= oracle.Decisions.Count || processor.HasExited),
                Deadline.InSeconds(90));
            Assert.True(
                isThrough && !processor.HasExited,
                $"{decisions.Records.Count} of {oracle.Decisions.Count}: {processor.Data}{processor.Talk}");
            processor.Signal("TERM");
            await processor.EndsWithAsync(ExitCode.Ok);
            decisions.Read();
            Assert.Equal(oracle.Decisions.Keys.Order(), decisions.Records.Select(SignalOf).Order());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string SignalOf(ConsumeResult<byte[]?, byte[]?> decision) =>
        Encoding.UTF8.GetString(decision.Message.Headers.GetLastBytes(Decision.SignalIdHeader));
}
