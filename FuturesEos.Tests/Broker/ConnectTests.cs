using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.Broker;

/// <summary>Kafka Connect and Debezium, exactly once, on the embedded broker; worker and broker are killed.</summary>
[Trait("Category", "Long")]
public sealed partial class ConnectTests : IDisposable
{
    private const int RowsOfRound = 500;
    private const int Rounds = 4;
    private const int EndsMin = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly DirectoryInfo _scratch = Directory.CreateTempSubdirectory("eos-connect-");
    private readonly int _port = FreePort.Choose();

    [Fact]
    public async Task debezium_writes_each_row_once_and_in_order_while_worker_and_broker_are_killed()
    {
        RealKafka.SkipWithout();
        await using var postgres = await PostgresForTests.NewServerAsync("wal_level=logical");
        await PostgresForTests.ExecuteAsync(postgres.ConnectionString, "CREATE TABLE rows (id int PRIMARY KEY)");
        await using var broker = new BrokerProcess(Path.Combine(_scratch.FullName, "broker"));
        await broker.StartAsync();
        try
        {
            await ConnectAsync(broker, "start");
            var settings = Path.Combine(_scratch.FullName, "rows.json");
            await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(Connector(postgres.ConnectionString)));
            await ConnectAsync(broker, "put", "rows", settings);
            for (var round = 0; round < Rounds; round++)
            {
                await InsertAsync(postgres.ConnectionString, round * RowsOfRound);
                if (round % 2 == 1)
                {
                    await broker.KillAndStartAsync();
                }
                else if (round > 0)
                {
                    await ConnectAsync(broker, "kill");
                    await ConnectAsync(broker, "start");
                }

                var due = (round + 1) * RowsOfRound;
                await Eventually.True(() => Read(broker).Count >= due, Deadline.In(Patience), $"{due} rows arrive");
            }

            Assert.Equal(Enumerable.Range(0, Rounds * RowsOfRound), Read(broker));
            var ends = (await Epochs.ReadAsync(broker.BootstrapServers)).Values.Max();
            Assert.True(ends > EndsMin, $"at most {ends} ends of transactions bumped an epoch");
            Assert.Equal(Rounds / 2, broker.Kills);
        }
        finally
        {
            await ConnectAsync(broker, "kill");
        }
    }

    public void Dispose() => _scratch.Delete(recursive: true);

    private static async Task InsertAsync(string database, int first)
    {
        await using var source = NpgsqlDataSource.Create(database);
        for (var id = first; id < first + RowsOfRound; id++)
        {
            await using var insert = source.CreateCommand("INSERT INTO rows VALUES ($1)");
            insert.Parameters.Add(new() { Value = id });
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static List<int> Read(BrokerProcess broker) =>
    [
        .. Clients.ReadAll(broker.BootstrapServers, "connect.public.rows")
            .Select(r => After().Match(Encoding.UTF8.GetString(r.Message.Value)).Groups["id"].Value)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture)),
    ];

    private static Dictionary<string, string> Connector(string database)
    {
        var to = new NpgsqlConnectionStringBuilder(database);
        return new()
        {
            ["connector.class"] = "io.debezium.connector.postgresql.PostgresConnector",
            ["tasks.max"] = "1",
            ["exactly.once.support"] = "required",
            ["transaction.boundary"] = "poll",
            ["database.hostname"] = to.Host!,
            ["database.port"] = $"{to.Port}",
            ["database.user"] = to.Username!,
            ["database.password"] = to.Password ?? "",
            ["database.dbname"] = to.Database!,
            ["topic.prefix"] = "connect",
            ["plugin.name"] = "pgoutput",
            ["publication.autocreate.mode"] = "filtered",
            ["table.include.list"] = "public.rows",
            ["snapshot.mode"] = "no_data",
            ["max.batch.size"] = "64",
            ["max.queue.size"] = "256",
            ["topic.creation.default.replication.factor"] = "1",
            ["topic.creation.default.partitions"] = "1",
        };
    }

    private Task<string> ConnectAsync(BrokerProcess broker, params string[] words) => RealKafka.RunAsync(
        "connect",
        new()
        {
            ["KAFKA_BOOTSTRAP"] = broker.BootstrapServers,
            ["KAFKA_DATA"] = _scratch.FullName,
            ["CONNECT_PORT"] = $"{_port}",
            ["CONNECT_RF"] = "1",
            ["CONNECT_HEAP"] = "384m",
        },
        words);

    [GeneratedRegex("\"after\":\\{\"id\":(?<id>\\d+)")]
    private static partial Regex After();
}
