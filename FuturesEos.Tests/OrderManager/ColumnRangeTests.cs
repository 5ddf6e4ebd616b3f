using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.OrderManager;

/// <summary>What a table takes, a program can hold; what it took before it was limited is read all the same.</summary>
public sealed class ColumnRangeTests(PostgresForTests postgres)
{
    [Theory]
    [InlineData("20231-01-01Z", "1", "1")]
    [InlineData("infinity", "1", "1")]
    [InlineData("0044-03-15 00:00:00+00 BC", "1", "1")]
    [InlineData("2026-11-20Z", "'NaN'", "1")]
    [InlineData("2026-11-20Z", "'Infinity'", "1")]
    [InlineData("2026-11-20Z", "1", "1e40")]
    [InlineData("2026-11-20Z", "1", "1.00000000000000000000000000000000000001")]
    public async Task an_order_beyond_what_dotnet_holds_is_refused_and_read_where_it_is_older_than_that(
        string createdAt, string qty, string price)
    {
        var database = await postgres.NewDatabaseAsync();
        await DatabaseMigratorTests.Migrator(database).RunAsync(default);
        var insert = $"""
            INSERT INTO app.orders
                (id, client_order_id, decision_id, signal_id, symbol, side, qty, price, status, created_at)
            VALUES (gen_random_uuid(), 'ORD-1', gen_random_uuid(), gen_random_uuid(), 'BTCUSD', 'BUY', {qty}, {price},
                'PENDING', '{createdAt}')
            """;
        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => PostgresForTests.ExecuteAsync(database, insert));
        Assert.Equal(PostgresErrorCodes.CheckViolation, refused.SqlState);

        await PostgresForTests.ExecuteAsync(
            database, $"ALTER TABLE app.orders DROP CONSTRAINT {refused.ConstraintName}; {insert}");
        var table = await DatabaseTable.QueryAsync(
            database, "SELECT id, qty, price, created_at FROM app.orders LIMIT $1", 10, default);
        Assert.Single(table.Rows);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"SELECT {DatabaseReader.OrderColumns} FROM app.orders", connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        Assert.Equal("BTCUSD", DatabaseReader.Order(reader).Symbol);
    }

    [Fact]
    public void a_payload_that_is_nested_as_deep_as_postgres_takes_it_is_compared()
    {
        var deep = System.Text.Encoding.ASCII.GetBytes(new string('[', 300) + new string(']', 300));
        var deeper = System.Text.Encoding.ASCII.GetBytes(new string('[', 5_000) + new string(']', 5_000));
        Assert.True(SameJson.Is(deep, [.. deep, (byte)' ']));
        Assert.True(SameJson.Is(deeper, deeper));
        Assert.False(SameJson.Is("1"u8.ToArray(), deeper));
    }
}
