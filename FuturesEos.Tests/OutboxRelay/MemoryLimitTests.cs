using System.Globalization;
using Confluent.Kafka;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.OrderManager;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// Large rows and records, in the memory that the manifests give: the runtime keeps the heap to the share that they set
/// (DOTNET_GCHeapHardLimitPercent), and what the kernel counts at the peak is looked at.
/// </summary>
public sealed class MemoryLimitTests(PostgresForTests postgres)
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task a_transaction_of_600_megabytes_is_relayed_in_the_memory_of_the_relays_pod()
    {
        await using var broker = await BrokerForTests.StartAsync();
        await using var rig = await RelayRig.NewAsync(
            await postgres.NewDatabaseAsync(), broker.BootstrapServers, TestNames.Unique());
        await PostgresForTests.ExecuteAsync(rig.Database, """
            INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
            SELECT gen_random_uuid(), 'ORDER', gen_random_uuid(), 'ORDER_CREATED',
                   jsonb_build_object('n', n, 'text', repeat('x', 300000)), now()
            FROM generate_series(0, 1999) n
            """);
        using (var admin = new AdminClientBuilder(rig.Kafka.Admin()).Build())
        {
            await admin.CreateTopicsAsync(
                [new() { Name = rig.Options.Topic, NumPartitions = 3, ReplicationFactor = 1 }]);
        }

        using var relay = Start("FuturesEos.OutboxRelay", 256 * MiB,
            "--bootstrap-servers", broker.BootstrapServers, "--postgres", rig.Database,
            "--slot", rig.Options.Slot, "--topic", rig.Options.Topic, "--progress-topic", rig.Options.ProgressTopic);
        await Eventually.True(
            () => relay.HasExited || CommittedEnds(rig) >= 2_000, Deadline.InSeconds(120), relay.Talk);
        await StopWithinAsync(relay, 256 * MiB);
        Assert.Equal(2_000, rig.ReadCommitted(rig.Options.Topic).Select(RelayRig.EventId).Distinct().Count());
    }

    [Fact]
    public async Task junk_of_600_megabytes_is_put_aside_in_the_memory_of_the_order_managers_pod()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        await using var rig = new OrderRig(database, broker.BootstrapServers, TestNames.Unique());
        await DatabaseMigratorTests.Migrator(database).RunAsync(default);
        await rig.CreateTopicAsync();
        var junk = new byte[300_000];
        using (var producer = new ProducerBuilder<byte[], byte[]>(rig.Kafka.Producer()).Build())
        {
            for (var n = 0; n < 2_000; n++)
            {
                producer.Produce(new TopicPartition(rig.Topic, n % 3), new() { Key = [], Value = junk });
                if (n % 50 == 0)
                    producer.Flush(TimeSpan.FromSeconds(30));
            }

            Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(30)));
        }

        using var orders = Start("FuturesEos.OrderManager", 384 * MiB,
            "--bootstrap-servers", broker.BootstrapServers, "--postgres", database,
            "--slot", rig.Options.Slot, "--prefix", rig.Options.Prefix);
        await Eventually.True(
            async () => orders.HasExited || await rig.CountAsync("dead_letter") >= 2_000, Deadline.InSeconds(120));
        await StopWithinAsync(orders, 384 * MiB);
        Assert.Equal(2_000, await rig.CountAsync("dead_letter"));
    }

    private static ChildProgram Start(string program, long limit, params string[] arguments) => ChildProgram.Start(
        Installation.Executable(program), [.. arguments, "--http", "127.0.0.1:0"], new Dictionary<string, string?>
        {
            ["DOTNET_GCHeapHardLimit"] = "0x" + (limit / 2).ToString("x", CultureInfo.InvariantCulture),
            ["DOTNET_GCgen0size"] = "1000000", ["MALLOC_ARENA_MAX"] = "2", // as in the manifests
        });

    private static async Task StopWithinAsync(ChildProgram program, long limit)
    {
        Assert.False(program.HasExited, program.Talk);
        var peak = PeakBytes(program.Pid);
        program.Signal("TERM");
        await program.EndsWithAsync(0);
        Assert.True(peak < limit, $"its peak is {peak / MiB} MiB, the limit {limit / MiB} MiB");
        TestContext.Current.SendDiagnosticMessage($"peak {peak / MiB} MiB of {limit / MiB} MiB");
    }

    // VmHWM:	  123456 kB
    private static long PeakBytes(int pid) => File.ReadLines($"/proc/{pid}/status")
        .Where(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
        .Select(line => 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
            CultureInfo.InvariantCulture)).Single();

    private static long CommittedEnds(RelayRig rig)
    {
        using var consumer = new ConsumerBuilder<byte[], byte[]>(rig.Kafka.Consumer("ends"))
            .SetLogHandler((_, _) => { }).Build();
        return Enumerable.Range(0, 3).Sum(p => Math.Max(0, consumer.QueryWatermarkOffsets(
            new TopicPartition(rig.Options.Topic, p), TimeSpan.FromSeconds(10)).High.Value));
    }
}
