using System.Text.Json;
using Confluent.Kafka;
using FuturesEos.Cli.Chaos;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Cli.Supervision;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.OutboxRelay;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.PipelineChaos;

/// <summary>A hundred thousand rows through the outbox while everything around it is killed in rotation.</summary>
[Trait("Category", "Long")]
public sealed class RotationTests(ITestOutputHelper output)
{
    private const int Rows = 100_000;
    private const int Keys = 500;
    private const int Rounds = 4;
    private static readonly string[] Rotation = ["relay", "postgres", "broker", "orders"];
    private static readonly int[] TransactionSizes = [1, 7, 40, 300, 2_500];
    private static readonly TimeSpan Comeback = TimeSpan.FromSeconds(90);

    private volatile int _kills;
    private volatile int _written;

    [Fact]
    public async Task a_hundred_thousand_rows_are_as_many_events_each_once_and_in_order_for_its_key()
    {
        UpProgram.SkipWithoutPostgres();
        using var folder = new TemporaryFolder();
        var settings = new PipelineSettings
        { DataFolder = folder.Path, LogFolder = folder.In("logs"), Say = output.WriteLine };
        await using var host = await PipelineHost.StartServersAsync(settings, TestContext.Current.CancellationToken);
        var kafka = PipelineContext.KafkaAt(host.BootstrapServers);
        await ChaosFeed.EnsureTopicsAsync(kafka, NullLogger.Instance, TestContext.Current.CancellationToken);
        await host.StartServicesAsync(ServiceSizes.Usual, TestContext.Current.CancellationToken);

        // signals, so that the order manager writes too
        using var feed = new ChaosFeed(kafka, seed: 5, rate: 50);
        using var endOfFeed = new CancellationTokenSource();
        var feeding = feed.RunAsync(endOfFeed.Token);
        var writing = WriteAsync(host.Postgres);
        await KillInRotationAsync(host, writing);
        await writing;
        await endOfFeed.CancelAsync();
        await feeding;
        feed.Complete(TestContext.Current.CancellationToken);

        await AssertEventsAsync(kafka, host.Postgres);
        Assert.Equal(Rounds * Rotation.Length, _kills);
    }

    // A transaction whose outcome is not known is written again: what it had committed is there already, and stays as
    // it is.
    private async Task WriteAsync(string postgres)
    {
        var random = new Random(3);
        var database = new NpgsqlConnectionStringBuilder(
            postgres)
        { Pooling = false, Timeout = 3, CommandTimeout = 10 }.ConnectionString;
        for (var first = 0; first < Rows;)
        {
            await Eventually.True(
                () => first <= (_kills + 2) * RowsForAKill, Deadline.In(Comeback * 2), "the next kill");
            var last = Math.Min(Rows, first + TransactionSizes[random.Next(TransactionSizes.Length)]) - 1;
            await Eventually.True(async () => await TryInsertAsync(database, first, last),
                Deadline.In(Comeback), "the database takes rows");
            _written = first = last + 1;
        }
    }

    private static int RowsForAKill => Rows / ((Rounds * Rotation.Length) + 1);

    private static async Task<bool> TryInsertAsync(string database, int first, int last)
    {
        try
        {
            await PostgresForTests.ExecuteAsync(database, $$"""
                INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
                SELECT md5('event ' || n)::uuid, 'ORDER', md5('order ' || n % {{Keys}})::uuid, 'ORDER_CREATED', jsonb_build_object('n', n), now()
                FROM generate_series({{first}}, {{last}}) n ON CONFLICT (event_id) DO NOTHING
                """);
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            return false;
        }
    }

    // Each in the midst of rows that are written, and the next when it is back.
    private async Task KillInRotationAsync(PipelineHost host, Task writing)
    {
        for (var kill = 0; kill < Rounds * Rotation.Length; kill++)
        {
            await Eventually.True(
                () => writing.IsFaulted || _written >= (kill + 1) * RowsForAKill,
                Deadline.In(Comeback * 2), $"{_written} rows are written");
            if (writing.IsFaulted) await writing;
            var keeper = host.Keeper(Rotation[kill % Rotation.Length]);
            await keeper.WaitHealthyAsync(Comeback, TestContext.Current.CancellationToken);
            var ended = keeper.Part.Ended;
            keeper.Part.Kill();
            await ended;
            _kills++;
        }
    }

    private static async Task AssertEventsAsync(KafkaSettings kafka, string postgres)
    {
        long rows = 0;
        List<ConsumeResult<byte[], byte[]>> all = [];
        await Eventually.True(
            async () =>
            {
                // the order manager may still write: the same number before and after the events are read
                var before = await PostgresForTests.ScalarAsync(postgres, "SELECT count(*) FROM app.outbox");
                all = RelayRig.ReadCommitted(kafka, Topics.Orders);
                rows = await PostgresForTests.ScalarAsync(postgres, "SELECT count(*) FROM app.outbox");
                return before == rows && all.Count >= rows;
            },
            Deadline.InSeconds(240),
            $"{all.Count} events of {rows} rows");
        Assert.True(rows > Rows, "the order manager wrote orders of its own");
        Assert.Equal(rows, all.Count);
        Assert.Equal(rows, all.Select(RelayRig.EventId).Distinct().Count());
        var ours = all.ConvertAll(
            record => (Key: Convert.ToHexString(record.Message.Key), N: NumberOf(record.Message.Value)))
            .FindAll(record => record.N is not null);
        Assert.Equal(Enumerable.Range(0, Rows), ours.Select(record => record.N!.Value).Order());
        foreach (var key in ours.GroupBy(record => record.Key))
            Assert.Equal(key.Select(record => record.N).Order(), key.Select(record => record.N));
    }

    private static int? NumberOf(byte[] payload)
    {
        using var json = JsonDocument.Parse(payload);
        return json.RootElement.TryGetProperty("n", out var n) ? n.GetInt32() : null;
    }
}
