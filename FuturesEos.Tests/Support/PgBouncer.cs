using System.Diagnostics;
using FuturesEos.LocalPostgres;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>PgBouncer in transaction mode before a database, as a child on a free port.</summary>
internal sealed class PgBouncer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder;

    private PgBouncer(Process process, TemporaryFolder folder, string connectionString) =>
        (_process, _folder, ConnectionString) = (process, folder, connectionString);

    /// <summary>To the same database, through it.</summary>
    public string ConnectionString { get; }

    /// <summary>Starts it; skips the test where it is not installed.</summary>
    public static async Task<PgBouncer> StartAsync(string database)
    {
        var program = new[] { "/usr/sbin/pgbouncer", "/usr/bin/pgbouncer" }.FirstOrDefault(File.Exists);
        if (program is null) Assert.Skip("needs PgBouncer: apt-get install pgbouncer");
        var server = new NpgsqlConnectionStringBuilder(database);
        var port = FreePort.Choose();
        var folder = new TemporaryFolder();
        var settings = folder.In("pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            * = host={server.Host} port={server.Port} user={server.Username} password={server.Password}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = any
            pool_mode = transaction
            default_pool_size = 4
            ignore_startup_parameters = options
            """);
        // it refuses to run as root
        string[] asUser = Environment.IsPrivilegedProcess ? ["-u", "postgres"] : [];
        var process = Process.Start(new ProcessStartInfo(program, [.. asUser, "-q", settings]))!;
        var through = new NpgsqlConnectionStringBuilder(database)
        { Host = "127.0.0.1", Port = port, RequireAuth = null, NoResetOnClose = true }.ConnectionString;
        await Eventually.True(async () =>
        {
            try
            {
                return await PostgresForTests.ScalarAsync(through, "SELECT 1") == 1;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
        return new PgBouncer(process, folder, through);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
