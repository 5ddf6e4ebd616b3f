using Confluent.Kafka;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification;
using FuturesEos.Cli.Verification.Following;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>Verification over real topics and a real database.</summary>
public sealed class VerifierTests(PostgresForTests postgres)
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
        var report = await Verifier.RunAsync(settings,
            database, Impatient, TimeSpan.FromSeconds(20), countAborted: true, TestContext.Current.CancellationToken);
        Assert.Empty(report.Differences);
        Assert.Equal(published.Aborted, report.AbortedRecords);
        Assert.True(report.AbortedRecords > 50);
        Assert.Equal(world.Database.Orders.Count, report.Events.Committed);

        // the same broker and database, one row less
        await PostgresForTests.ExecuteAsync(
            database, $"DELETE FROM app.outbox WHERE event_id = '{world.Database.Outbox[7].EventId}'");
        report = await Verifier.RunAsync(
            settings, database, Impatient, wait: null, countAborted: false, TestContext.Current.CancellationToken);
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
        var report = await Verifier.RunAsync(
            settings, database, Impatient, wait: null, countAborted: false, TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), (report.Decisions.Missing, report.Events.Missing));
        Assert.Contains(report.Differences, d => d is { Stage: Stage.DeadLetters, Kind: DifferenceKind.Duplicate });
    }

    [Fact]
    public async Task what_is_followed_goes_on_where_it_was_and_finds_what_comes_later()
    {
        await using var kafka = await BrokerForTests.StartAsync();
        using var folder = new TemporaryFolder();
        var file = folder.In("state");
        var (settings, database, world, _) = await PublishAsync(kafka.BootstrapServers, _ => { }, 900);
        using var offsets = await TopicOffsets.OpenAsync(settings, TestContext.Current.CancellationToken);
        var state = new FollowState(new FollowCheck(Impatient));
        var follower = new Follower(settings, offsets, database, Impatient, state);
        var report = await follower.RoundAsync(TestContext.Current.CancellationToken);
        Assert.Empty(report.Differences);
        Assert.Equal(
            (world.Database.Orders.Count, world.Database.Orders.Count), (report.Orders.Rows, report.Events.Committed));
        Assert.True((await follower.RoundAsync(TestContext.Current.CancellationToken)).ExactlyOnce);
        state.Save(file, Impatient);

        // the command, from its own state: a line a round, and 0 when it is interrupted
        using var eos = EosProgram.Start(
            "verify", "--follow", "200ms", "--state", folder.In("of-the-command"),
            "--json", "--bootstrap-servers", kafka.BootstrapServers, "--postgres", database);
        await Eventually.True(
            () => eos.Data.Split("\"exactly_once\":true").Length > 3, Deadline.InSeconds(60), eos.Talk);
        eos.Signal("INT");
        await eos.EndsWithAsync(0);

        // later: an event once more, and an order that no decision gives
        var again = FollowState.Load(file, Impatient)!;
        await PostgresForTests.ExecuteAsync(database, """
            INSERT INTO app.orders SELECT gen_random_uuid(), 'x', gen_random_uuid(), signal_id, symbol, side, qty, price, status, created_at
            FROM app.orders LIMIT 1
            """);
        Send(settings, world.Fullest(Topics.Orders)[2]);
        report = await new Follower(
            settings, offsets, database, Impatient, again).RoundAsync(TestContext.Current.CancellationToken);
        Assert.Equal(world.Database.Orders.Count + 1, report.Events.Committed);
        Assert.Contains(report.Differences, d => d is { Stage: Stage.Events, Kind: DifferenceKind.Unexpected });
        Assert.Contains(report.Differences, d => d is { Stage: Stage.Orders, Kind: DifferenceKind.Unexpected });
        Assert.Equal(2, report.DifferenceCount);

        var other = new VerifyOptions { GraceMs = 1 };
        Assert.Contains(
            "remove it to begin anew", Assert.Throws<ExpectedFailure>(() => FollowState.Load(file, other)).Message);
    }

    private static void Send(KafkaSettings kafka, CommittedRecord record)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(kafka.Producer()).Build();
        var headers = new Headers();
        foreach (var header in record.Headers) headers.Add(header.Name, header.Value);
        producer.Produce(new TopicPartition(record.Topic, record.Partition),
            new Message<byte[], byte[]> { Key = record.Key!, Value = record.Value!, Headers = headers });
        producer.Flush();
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
