using System.Diagnostics;
using FuturesEos.Cli.Verification;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>Verification over real topics and a real database.</summary>
public sealed class VerifierTests(PostgresForTests postgres, ITestOutputHelper output)
{
    private static readonly VerifyOptions Impatient = new() { Patience = TimeSpan.FromSeconds(1) };

    [Theory]
    [InlineData("embedded broker")]
    [InlineData("Apache Kafka")]
    public async Task a_correct_pipeline_passes_and_its_aborted_records_are_counted_and_unseen(string broker)
    {
        await using var kafka = new RealKafka();
        await using var embedded = await BrokerForTests.StartAsync();
        var servers = broker == "Apache Kafka" ? await kafka.OneNodeAsync() : embedded.BootstrapServers;
        var (settings, database, world, published) = await PublishAsync(servers, _ => { }, 900);
        var report = await Verifier.RunAsync(settings, database, Impatient, TimeSpan.FromSeconds(20), countAborted: true, TestContext.Current.CancellationToken);
        Assert.Empty(report.Differences);
        Assert.Equal(published.Aborted, report.AbortedRecords);
        Assert.True(report.AbortedRecords > 50);
        Assert.Equal(world.Database.Orders.Count, report.Events.Committed);

        // the same broker and database, one row less
        await PostgresForTests.ExecuteAsync(database, $"DELETE FROM app.outbox WHERE event_id = '{world.Database.Outbox[7].EventId}'");
        report = await Verifier.RunAsync(settings, database, Impatient, wait: null, countAborted: false, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (report.Outbox.Missing, report.Events.Unexpected));
        Assert.False(report.ExactlyOnce);
    }

    [Fact]
    public async Task what_is_lost_on_the_way_is_found_in_real_topics()
    {
        await using var kafka = await BrokerForTests.StartAsync();
        var (settings, database, _, _) = await PublishAsync(
            kafka.BootstrapServers,
            world =>
            {
                world.Fullest(Topics.Decisions()).RemoveAt(9);
                world.Fullest(Topics.Orders).RemoveAt(3);
                world.Fullest(Topics.DeadLetters()).Add(world.Fullest(Topics.DeadLetters())[0]);
            },
            900);
        var report = await Verifier.RunAsync(settings, database, Impatient, wait: null, countAborted: false, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (report.Decisions.Missing, report.Events.Missing));
        Assert.Contains(report.Differences, d => d is { Stage: Stage.DeadLetters, Kind: DifferenceKind.Duplicate });
    }

    [Fact]
    public async Task three_hundred_thousand_signals_are_verified_in_seconds_and_little_memory()
    {
        if (Environment.GetEnvironmentVariable("EOS_LONG_TESTS") != "1") Assert.Skip("takes minutes: EOS_LONG_TESTS=1 runs it");
        await using var kafka = await BrokerForTests.StartAsync();
        var (settings, database, _, _) = await PublishAsync(kafka.BootstrapServers, _ => { }, 300_000);
        var clock = Stopwatch.StartNew();
        using var eos = EosProgram.Start("verify", "--json", "--bootstrap-servers", kafka.BootstrapServers, "--postgres", database);
        using var process = Process.GetProcessById(eos.Pid);
        var (cpu, memory) = (TimeSpan.Zero, 0L);
        await Eventually.True(
            () =>
            {
                if (eos.HasExited) return true;
                process.Refresh();
                (cpu, memory) = (process.TotalProcessorTime, Math.Max(memory, process.WorkingSet64));
                return false;
            },
            Deadline.InSeconds(120));
        Assert.Equal(0, await eos.ExitAsync());
        output.WriteLine($"{eos.Data[..200]}: {clock.Elapsed.TotalSeconds:0.0} s, {cpu.TotalSeconds:0.0} s of processor, at most {memory >> 20} MiB");
        Assert.True(memory < 512L << 20, $"{memory >> 20} MiB"); // 449 measured; four symbols: each is a quarter of everything
    }

    private async Task<(KafkaSettings Kafka, string Postgres, MemoryWorld World, PublishedWorld Published)> PublishAsync(
        string servers, Action<MemoryWorld> change, int signals)
    {
        var settings = KafkaSettings.From(servers, new ConfigurationBuilder().Build());
        var database = await postgres.NewDatabaseAsync();
        var world = MemoryWorld.Create(seed: 21, signals);
        change(world);
        var published = new PublishedWorld(settings, database);
        await published.WriteAsync(world);
        return (settings, database, world, published);
    }
}
