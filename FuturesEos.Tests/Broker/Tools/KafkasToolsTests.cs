using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Tools;

/// <summary>Kafka's tools with the embedded broker and with Apache Kafka: they must print the same lines.</summary>
[Trait("Category", "Long")]
public class KafkasToolsTests(RealKafka kafka)
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UtcNow.AddHours(-1);

    [Fact]
    public Task topics_and_records_look_as_with_Apache_Kafka() => CompareAsync(TopicsAsync);

    [Fact]
    public Task wrong_settings_are_refused_in_the_same_words() => CompareAsync(WrongSettingsAsync);

    [Fact]
    public Task groups_look_as_with_Apache_Kafka() => CompareAsync(GroupsAsync);

    [Fact]
    public Task transactions_look_as_with_Apache_Kafka() => CompareAsync(TransactionsAsync);

    private async Task CompareAsync(Func<ToolTalk, Task> script)
    {
        var servers = await kafka.OneNodeAsync();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        var name = TestNames.Unique("tools");
        var (ours, theirs) = (new ToolTalk(broker.BootstrapServers, name), new ToolTalk(servers, name));
        await script(theirs);
        await script(ours);
        Assert.True(theirs.Lines.SequenceEqual(ours.Lines), $"""
            Apache Kafka:
            {string.Join('\n', theirs.Lines)}

            ours:
            {string.Join('\n', ours.Lines)}
            """);
    }

    private static async Task TopicsAsync(ToolTalk with)
    {
        const string Topic = "--entity-type topics --entity-name NAME";
        const string Read = "console-consumer --topic NAME --from-beginning --isolation-level read_committed";
        const string Printing = "--formatter-property print.key=true --formatter-property print.headers=true";
        await with.RunAsync("topics --create --topic NAME --partitions 1 --config retention.ms=86400000");
        await with.RunAsync("topics --describe --topic NAME");
        await with.RunAsync("topics --alter --topic NAME --partitions 2");
        await with.RunAsync($"configs --alter {Topic} --add-config cleanup.policy=compact,retention.ms=1000000");
        await with.RunAsync($"configs --describe --all {Topic}");
        await with.RunAsync($"configs --alter {Topic} --delete-config retention.ms");
        await with.RunAsync("topics --describe --topic NAME");
        const string Properties = "--reader-property parse.key=true --reader-property parse.headers=true";
        await with.RunAsync(
            $"console-producer --topic NAME --compression-codec lz4 {Properties} --reader-property null.marker=nil",
            string.Concat(Enumerable.Range(0, 20).Select(i => $"h:{i}\tkey{i % 5}\t{(i == 7 ? "nil" : $"v{i}")}\n")));
        await with.RunAsync($"{Read} --partition 0 --timeout-ms 3000 {Printing}");
        await with.RunAsync($"{Read} --partition 1 --timeout-ms 3000 {Printing}");
        await with.RunAsync("get-offsets --topic NAME --time latest");
        await with.RunAsync($"configs --alter {Topic} --add-config cleanup.policy=delete");
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, $$"""{"version":1,"partitions":[{{Below(0, 3)}},{{Below(1, 99)}}]}""");
            await with.RunAsync($"org.apache.kafka.tools.DeleteRecordsCommand --offset-json-file {file}");
            with.Lines.RemoveAll(line => line.Contains(file, StringComparison.Ordinal));
            with.Lines.Sort(with.Lines.Count - 2, 2, StringComparer.Ordinal); // the partitions come in any order
        }
        finally
        {
            File.Delete(file);
        }

        await with.RunAsync("get-offsets --topic NAME --time earliest");
        await with.RunAsync("topics --delete --topic NAME");
        await with.RunAsync("topics --describe --topic NAME");

        string Below(int partition, int offset) =>
            $$"""{"topic":"{{with.Name}}","partition":{{partition}},"offset":{{offset}}}""";
    }

    private static async Task WrongSettingsAsync(ToolTalk with)
    {
        await Clients.CreateTopicAsync(with.Servers, with.Name);
        foreach (var setting in (string[])["cleanup.policy=burn", "compression.type=no", "retention.ms=soon",
            "segment.bytes=1048575", "compression.gzip.level=0", "preallocate=maybe", "no.such=1"])
        {
            await with.RunAsync($"configs --alter --entity-type topics --entity-name NAME --add-config {setting}");
        }
    }

    private static async Task GroupsAsync(ToolTalk with)
    {
        const string Reset = "groups --reset-offsets --group NAME --topic NAME --execute";
        await Clients.CreateTopicAsync(with.Servers, with.Name, partitions: 2);
        using (var producer = Clients.Producer(with.Servers))
        {
            for (var i = 0; i < 10; i++)
            {
                var time = new Timestamp(Start.AddSeconds(i));
                await producer.ProduceAsync(
                    new TopicPartition(with.Name, i % 2), new() { Key = "k", Value = [1], Timestamp = time });
            }
        }

        using (var member = Clients.Consumer(with.Servers, with.Name, Named))
        {
            member.Subscribe(with.Name);
            await Eventually.True(() => member.Consume(TimeSpan.FromMilliseconds(50)) is not null);
            member.Commit([new(with.Name, 0, 2), new(with.Name, 1, 3)]);
            await with.RunAsync("groups --describe --group NAME");
            await with.RunAsync("groups --describe --group NAME --members --verbose");
            await with.RunAsync("groups --describe --group NAME --state");
            await with.RunAsync($"{Reset} --to-earliest");
            await with.RunAsync("groups --delete --group NAME");
            member.Close();
        }

        await with.RunAsync("groups --describe --group NAME");
        await with.RunAsync("groups --describe --group NAME --state");
        await with.RunAsync($"{Reset} --shift-by 1");
        await with.RunAsync($"{Reset} --to-datetime {Start.AddSeconds(5):yyyy-MM-ddTHH:mm:ss.fff}");
        await with.RunAsync("groups --delete-offsets --group NAME --topic NAME:1");
        await with.RunAsync("groups --describe --group NAME");
        await with.RunAsync("groups --delete --group NAME");
        await with.RunAsync("groups --describe --group NAME");
    }

    private static async Task TransactionsAsync(ToolTalk with)
    {
        await Clients.CreateTopicAsync(with.Servers, with.Name);
        using var producer = Clients.Transactional(with.Servers, with.Name);
        producer.InitTransactions(Deadline.Usual);
        producer.BeginTransaction();
        for (var i = 0; i < 3; i++) await producer.ProduceAsync(with.Name, new() { Key = "k", Value = [1] });
        await with.RunAsync("transactions list", isOfOthersToo: true);
        await with.RunAsync("transactions describe --transactional-id NAME");
        await with.RunAsync("transactions describe-producers --topic NAME --partition 0");
        await with.RunAsync("transactions find-hanging --topic NAME --max-transaction-timeout 0");
        await with.RunAsync("transactions abort --topic NAME --partition 0 --start-offset 0");
        await with.RunAsync("transactions describe-producers --topic NAME --partition 0");
        await with.RunAsync("transactions abort --topic NAME --partition 0 --start-offset 0");

        // its records are gone, and nothing waits for it
        using (var plain = Clients.Producer(with.Servers))
            await plain.ProduceAsync(with.Name, new() { Key = "k", Value = [2] });
        Assert.Equal([2], Clients.ReadAll(with.Servers, with.Name).Select(r => r.Message.Value[0]));

        await with.RunAsync("transactions forceTerminateTransaction --transactionalId NAME");
        await with.RunAsync("transactions list", isOfOthersToo: true);
        var fenced = Assert.ThrowsAny<KafkaException>(() => producer.CommitTransaction(Deadline.Usual));
        Assert.True(fenced.Error.IsFatal, fenced.Message);
    }

    private static void Named(ConsumerConfig config)
    {
        config.ClientId = "member";
        config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.Range;
    }
}
