using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// PostgreSQL as the Job <c>migrate</c> leaves it: first the order manager's <c>migrate</c> as the superuser, then
/// <c>roles.sql</c> of the manifests by psql.
/// </summary>
internal sealed class DeployedDatabase : IAsyncDisposable
{
    private readonly PrivatePostgres _server;
    private readonly Dictionary<string, string> _passwords =
        DatabaseSecrets.Names.ToDictionary(name => name, name => $"{name} 1'2");

    private DeployedDatabase(PrivatePostgres server) => _server = server;

    /// <summary>Connection string of the superuser.</summary>
    public string Superuser => _server.ConnectionString;

    /// <summary>Port on 127.0.0.1.</summary>
    public int Port => _server.Port;

    public static async Task<DeployedDatabase> StartAsync(ManifestSet set)
    {
        var database = new DeployedDatabase(await PostgresForTests.NewServerAsync());
        await database.MigrateAsync();
        await database.GiveRolesAsync(set);
        return database;
    }

    /// <summary>Password of a Secret.</summary>
    public string PasswordOf(string secret) => _passwords[secret];

    /// <summary>The variables of a pod that logs in as a role: no password in the connection string.</summary>
    public Dictionary<string, string?> As(string role, string secret) => new()
    {
        ["ConnectionStrings__futures"] = $"Host=127.0.0.1;Port={Port};Database=futures",
        ["PGUSER"] = role,
        ["PGPASSWORD"] = _passwords[secret],
    };

    /// <summary>The same as one connection string.</summary>
    public string ConnectionStringOf(string role, string secret) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1", Port = Port, Database = "futures", Username = role, Password = _passwords[secret],
        Pooling = false,
    }.ConnectionString;

    /// <summary><c>roles.sql</c>; may be repeated.</summary>
    public async Task GiveRolesAsync(ManifestSet set)
    {
        using var folder = new TemporaryFolder("roles-");
        var script = folder.In("roles.sql");
        await File.WriteAllTextAsync(
            script, Tree.Text(set.Find("ConfigMap", "postgres-roles")!.Node, "data", "roles.sql"));
        var superuser = new NpgsqlConnectionStringBuilder(Superuser);
        var psql = Path.Combine(PostgresBinaries.Find().Folder, "psql");
        var (code, _, talk) = await ChildProgram.RunAsync(
            psql, ["-X", "-q", "-f", script], new Dictionary<string, string?>
            {
                ["PGHOST"] = "127.0.0.1", ["PGPORT"] = $"{Port}", ["PGDATABASE"] = superuser.Database,
                ["PGUSER"] = superuser.Username, ["PGPASSWORD"] = superuser.Password,
                ["ORDER_MANAGER_PASSWORD"] = _passwords["postgres-order-manager"],
                ["CONNECT_PASSWORD"] = _passwords["postgres-connect"],
                ["VERIFIER_PASSWORD"] = _passwords["postgres-verifier"],
                ["JANITOR_PASSWORD"] = _passwords["postgres-janitor"],
            });
        Assert.True(code == 0, talk);
    }

    /// <summary>One row more in the outbox, of no order.</summary>
    public Task AddOutboxRowAsync() => PostgresForTests.ExecuteAsync(
        Superuser,
        """
        INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
        VALUES (gen_random_uuid(), 'order', gen_random_uuid(), 'OrderPlaced', '{}', now())
        """);

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _server.DeleteFiles();
    }

    private async Task MigrateAsync()
    {
        var superuser = new NpgsqlConnectionStringBuilder(Superuser);
        var (code, _, talk) = await ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.OrderManager"), ["migrate"], new Dictionary<string, string?>
            {
                ["ConnectionStrings__futures"] = $"Host=127.0.0.1;Port={Port};Database=futures",
                ["PGUSER"] = superuser.Username, ["PGPASSWORD"] = superuser.Password,
            }, Deadline.InSeconds(60));
        Assert.True(code == 0, talk);
    }
}
