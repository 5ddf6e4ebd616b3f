using System.Globalization;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

[assembly: AssemblyFixture(typeof(PostgresForTests))]

namespace FuturesEos.Tests.Support;

/// <summary>
/// One PostgreSQL for a test run, started by the first test that asks; a database of its own for each. Tests take it
/// as a constructor parameter. Slots are named per server, so a test that makes one names it after its database.
/// </summary>
public sealed class PostgresForTests : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private PrivatePostgres? _server;
    private string? _unavailable;
    private int _databases;

    /// <summary>
    /// Connection string, as superuser, to a fresh and empty database; skips the test where there is no PostgreSQL.
    /// </summary>
    public async Task<string> NewDatabaseAsync()
    {
        var server = await ServerAsync();
        var name = "test_" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await server.CreateDatabaseAsync(name);
        return server.ConnectionStringTo(name);
    }

    /// <summary>A server of the test's own, for tests that kill it. The test disposes of it.</summary>
    internal static async Task<PrivatePostgres> NewServerAsync(params string[] settings)
    {
        try
        {
            return await PrivatePostgres.StartAsync(new PrivatePostgresOptions
            {
                DataFolder = NewFolder(),
                Settings = settings
            });
        }
        catch (ExpectedFailure missing)
        {
            Assert.Skip("needs PostgreSQL: " + missing.Message);
            throw;
        }
    }

    internal static async Task<long> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    internal static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    internal static string NewFolder() => Path.Combine(Path.GetTempPath(), "futures-eos-tests", "postgres-"
        + Guid.NewGuid().ToString("N")[..8]);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server.DeleteFiles();
        }

        _starting.Dispose();
    }

    private async Task<PrivatePostgres> ServerAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_unavailable is not null)
                Assert.Skip("needs PostgreSQL: " + _unavailable);
            // slots are the server's, and every test's stays to the end
            return _server ??= await PrivatePostgres.StartAsync(
                new PrivatePostgresOptions { DataFolder = NewFolder(), Settings = ["max_replication_slots=500"] });
        }
        catch (ExpectedFailure missing)
        {
            _unavailable = missing.Message;
            Assert.Skip("needs PostgreSQL: " + missing.Message);
            throw;
        }
        finally
        {
            _starting.Release();
        }
    }
}
