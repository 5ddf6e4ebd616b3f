using FuturesEos.Cli.Chaos;
using FuturesEos.OutboxRelay;
using FuturesEos.Tests.OrderManager;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

public sealed class SlotReaderTests(PostgresForTests postgres)
{
    private const int Rounds = 30;

    [Fact]
    public async Task a_confirmation_that_meets_the_end_of_its_stream_says_that_postgres_has_gone()
    {
        var database = await postgres.NewDatabaseAsync();
        await DatabaseMigratorTests.Migrator(database).RunAsync(default);
        var own = new NpgsqlConnectionStringBuilder(database);
        await using var link = new NetworkLink($"{own.Host}:{own.Port}");
        var through = new NpgsqlConnectionStringBuilder(database)
        {
            Host = link.Address.Split(':')[0], Port = int.Parse(link.Address.Split(':')[1]), Pooling = false,
        };
        var options = new OutboxRelayOptions { Slot = DatabaseMigratorTests.Slot(database) };
        await using var query = new NpgsqlConnection(database);
        await query.OpenAsync();
        for (var round = 0; round < Rounds; round++)
        {
            var slot = (await SlotState.ReadAsync(query, options.Slot, default))!;
            await using var reader =
                await SlotReader.OpenAsync(query, options, through.ConnectionString, CancellationToken.None);
            var confirming = Task.Run(async () =>
            {
                while (true) await reader.ConfirmAsync(slot.ConfirmedFlush, CancellationToken.None);
            });
            await link.CutAsync(TimeSpan.Zero, CancellationToken.None);
            var ended = await Record.ExceptionAsync(() => confirming.WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.True(ended is NpgsqlException or IOException, $"round {round}: {ended}");
            await Eventually.True(async () => await IsFreeAsync(database, options.Slot));
        }
    }

    private static async Task<bool> IsFreeAsync(string database, string slot) => await PostgresForTests.ScalarAsync(
        database, $"SELECT count(*) FROM pg_replication_slots WHERE slot_name = '{slot}' AND active") == 0;
}
