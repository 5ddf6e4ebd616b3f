using Confluent.Kafka;
using Confluent.Kafka.Admin;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Streams;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Conformance;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.Crash;

/// <summary>Whatever a signal topic takes, the dead letters take with their headers.</summary>
public sealed class LargeDeadLetterTests
{
    [Theory]
    [InlineData(999_900, CompressionType.None)]
    [InlineData(1_048_400, CompressionType.None)] // with the batch's own bytes what the topic just takes
    [InlineData(4_000_000, CompressionType.Gzip)] // and what is small on the wire only
    public async Task junk_as_large_as_a_signal_topic_takes_it_becomes_a_dead_letter(int bytes, CompressionType codec)
    {
        await using var broker = await BrokerForTests.StartAsync();
        using (await SignalInput.CreateAsync(broker.BootstrapServers))
        {
        }

        var name = TestNames.Unique();
        await KafkaTopics.EnsureAsync(
            new KafkaSettings(broker.BootstrapServers, new Dictionary<string, string>()),
            [.. Topics.OfProcessor(name, name).Select(topic => new TopicSpecification
            {
                Name = topic.Name, NumPartitions = topic.Partitions, Configs = new(topic.Settings),
            })],
            TimeSpan.FromSeconds(30), NullLogger.Instance, default);
        var junk = new byte[bytes];
        if (codec == CompressionType.None)
            new Random(7).NextBytes(junk);
        using (var producer = new ProducerBuilder<byte[], byte[]>(new ProducerConfig
        {
            BootstrapServers = broker.BootstrapServers, MessageMaxBytes = 5_000_000, CompressionType = codec,
        }).Build())
        {
            await producer.ProduceAsync(Topics.OfSignals[0].Name, new() { Key = "BTCUSD"u8.ToArray(), Value = junk });
        }

        var folder = Directory.CreateTempSubdirectory("eos-large-").FullName;
        await using (var processor = new ProcessorProcess(
            broker.BootstrapServers, name, name, folder, StoreKind.Memory, more: ["--http", "127.0.0.1:0"]))
        {
            List<ConsumeResult<byte[]?, byte[]>> letters = [];
            await Eventually.True(
                () => processor.HasExited
                    || (letters = StoredRecords.Read(broker.BootstrapServers, [Topics.DeadLetters(name)])).Count > 0,
                Deadline.InSeconds(60), "the dead letter is there");
            Assert.False(processor.HasExited, processor.Log);
            Assert.Equal(junk, Assert.Single(letters).Message.Value);
            await processor.StopsAsync();
        }

        Directory.Delete(folder, recursive: true);
    }
}
