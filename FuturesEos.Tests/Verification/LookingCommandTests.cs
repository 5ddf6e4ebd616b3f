using System.Text.Json;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FuturesEos.Tests.Verification;

/// <summary>
/// The commands that look and prove, as their users start them, over real topics and a real database.
/// </summary>
public sealed class LookingCommandTests(PostgresForTests postgres)
{
    private static readonly Deadline Patience = Deadline.InSeconds(120);

    [Fact]
    public async Task verify_ends_with_0_with_1_or_with_3_and_prints_the_promised_json()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        string[] where = ["--bootstrap-servers", broker.BootstrapServers, "--postgres", database];
        var empty = await EosProgram.RunAsync(Patience, ["verify", .. where]);
        Assert.Equal(ExitCode.Unreachable, empty.ExitCode);

        var world = await WriteAsync(broker, database);
        var good = await EosProgram.RunAsync(Patience, ["verify", "--json", .. where]);
        var json = JsonDocument.Parse(good.Data).RootElement;
        Assert.Equal(ExitCode.Ok, good.ExitCode);
        Assert.True(json.GetProperty("exactly_once").GetBoolean());
        Assert.Equal(world.Database.Orders.Count, json.GetProperty("events").GetProperty("committed").GetInt32());
        foreach (var name in (string[])["read", "unique", "duplicates", "dead_letters"])
            Assert.True(json.GetProperty("signals").GetProperty(name).GetInt32() > 0);
        Assert.Equal(0, json.GetProperty("differences").GetArrayLength());

        await PostgresForTests.ExecuteAsync(
            database, $"DELETE FROM app.orders WHERE id = '{world.Database.Orders[5].Id}'");
        var bad = await EosProgram.RunAsync(Patience, ["verify", .. where]);
        Assert.Equal(ExitCode.CheckFailed, bad.ExitCode);
        Assert.Contains(world.Database.Orders[5].Id.ToString(), bad.Data);

        var away =
            await EosProgram.RunAsync(Patience, "verify", "--bootstrap-servers", "127.0.0.1:1", "--postgres", database);
        Assert.Equal(ExitCode.Unreachable, away.ExitCode);
        Assert.Contains("127.0.0.1:1", away.Talk);
    }

    [Fact]
    public async Task a_report_is_a_page_or_json_that_says_the_same_as_the_screen()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        var world = await WriteAsync(broker, database);
        using var folder = new TemporaryFolder();
        string[] where = ["--bootstrap-servers", broker.BootstrapServers, "--postgres", database];
        var good = await EosProgram.RunAsync(Patience, ["verify", "--report", folder.In("good.html"), .. where]);
        Assert.Equal(ExitCode.Ok, good.ExitCode);
        Assert.Contains("<h1>Exactly once: yes</h1>", await File.ReadAllTextAsync(folder.In("good.html")));

        var lost = world.Database.Outbox[3].EventId;
        await PostgresForTests.ExecuteAsync(database, $"DELETE FROM app.outbox WHERE event_id = '{lost}'");
        var bad = await EosProgram.RunAsync(Patience, ["verify", "--report", folder.In("bad.html"), .. where]);
        Assert.Equal(ExitCode.CheckFailed, bad.ExitCode);
        var page = await File.ReadAllTextAsync(folder.In("bad.html"));
        Assert.Contains("<h1>Exactly once: NO", page);
        Assert.Contains(lost.ToString(), page);

        await EosProgram.RunAsync(Patience, ["verify", "--report", folder.In("bad.json"), .. where]);
        var json = JsonDocument.Parse(await File.ReadAllTextAsync(folder.In("bad.json"))).RootElement;
        Assert.False(json.GetProperty("exactly_once").GetBoolean());
        Assert.Contains(
            json.GetProperty("differences").EnumerateArray(), d => d.GetProperty("id").GetString() == lost.ToString());

        var nowhere = await EosProgram.RunAsync(Patience, ["verify", "--report", "/nowhere/report.html", .. where]);
        Assert.Equal(ExitCode.Unreachable, nowhere.ExitCode);
        Assert.Contains("/nowhere/report.html", nowhere.Talk);
    }

    [Fact]
    public async Task tail_tells_committed_aborted_and_open_records_apart_and_names_their_owner()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var (topic, id) = (TestNames.Topic("log"), TestNames.Unique());
        using var producer = new ProducerBuilder<string, string>(
            Settings(broker).TransactionalProducer(id, TimeSpan.FromMinutes(1))).Build();
        await KafkaTopics.EnsureAsync(
            Settings(broker), [new() { Name = topic, NumPartitions = 1 }], TimeSpan.FromSeconds(30),
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, TestContext.Current.CancellationToken);
        producer.InitTransactions(TimeSpan.FromSeconds(30));
        foreach (var value in (string[])["kept", "dropped", "pending"])
        {
            producer.BeginTransaction();
            await producer.ProduceAsync(topic, new Message<string, string> { Key = "k", Value = value });
            if (value == "kept") producer.CommitTransaction();
            if (value == "dropped") producer.AbortTransaction();
        }

        string[] where = ["--bootstrap-servers", broker.BootstrapServers];
        var shown = await EosProgram.RunAsync(
            Patience, ["tail", topic, "--from-beginning", "--show-transactions", "--json", .. where]);
        var records = JsonDocument.Parse(shown.Data).RootElement.GetProperty("records").EnumerateArray()
            .Where(r => !r.TryGetProperty("marker", out _))
            .Select(r => (r.GetProperty("value").GetString(), r.GetProperty("state").GetString(),
                r.GetProperty("transactional_id").GetString()));
        Assert.Equal([("kept", "committed", id), ("dropped", "aborted", id), ("pending", "open", id)], records);

        var plain = await EosProgram.RunAsync(Patience, ["tail", topic, "--from-beginning", .. where]);
        Assert.Contains("kept", plain.Data);
        Assert.DoesNotContain("dropped", plain.Data);
        Assert.DoesNotContain("pending", plain.Data);

        Assert.Contains("Ongoing", (await EosProgram.RunAsync(Patience, ["txn", "describe", id, .. where])).Data);
        Assert.Equal(ExitCode.Usage, (await EosProgram.RunAsync(Patience, ["txn", "abort", id, .. where])).ExitCode);
        Assert.Equal(
            ExitCode.Ok, (await EosProgram.RunAsync(Patience, ["txn", "abort", id, "--yes", .. where])).ExitCode);
        Assert.Throws<KafkaException>(() => producer.CommitTransaction());
        Assert.Contains("aborted", (await EosProgram.RunAsync(
            Patience, ["tail", topic, "--show-transactions", .. where])).Data.Split('\n')[^3]);
    }

    [Fact]
    public async Task dead_letters_are_redriven_once_and_never_twice()
    {
        await using var broker = await BrokerForTests.StartAsync();
        var world = await WriteAsync(broker, await postgres.NewDatabaseAsync());
        var letters = world.Read(Topics.DeadLetters()).Count();
        string[] where = ["--json", "--bootstrap-servers", broker.BootstrapServers];
        var malformed = await EosProgram.RunAsync(Patience, ["dlq", "redrive", "--reason", "MALFORMED", .. where]);
        var rest = await EosProgram.RunAsync(Patience, ["dlq", "redrive", .. where]);
        var again = await EosProgram.RunAsync(Patience, ["dlq", "redrive", .. where]);
        Assert.True(Sent(malformed.Data) > 0);
        Assert.Equal((letters, 0), (Sent(malformed.Data) + Sent(rest.Data), Sent(again.Data)));

        var duplicates = await EosProgram.RunAsync(
            Patience, ["check-duplicates", Topics.Signals(Timeframe.OneMinute), "--by", "dlq.redriven", .. where]);
        Assert.Equal(ExitCode.Ok, duplicates.ExitCode);
    }

    private static int Sent(string json) => JsonDocument.Parse(json).RootElement.GetProperty("sent").GetInt32();

    private static KafkaSettings Settings(BrokerForTests broker) =>
        KafkaSettings.From(broker.BootstrapServers, new ConfigurationBuilder().Build());

    private static async Task<MemoryWorld> WriteAsync(BrokerForTests broker, string database)
    {
        var world = MemoryWorld.Create(seed: 31);
        await new PublishedWorld(Settings(broker), database).WriteAsync(world);
        return world;
    }
}
