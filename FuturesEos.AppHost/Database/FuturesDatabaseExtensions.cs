using FuturesEos.Topology;
using Npgsql;

namespace FuturesEos.AppHost.Database;

/// <summary>Adds PostgreSQL with logical decoding, and the logins of the services.</summary>
internal static class FuturesDatabaseExtensions
{
    /// <summary>
    /// The server with a volume, the database, and the migration's two roles with a password, so that they can log in.
    /// </summary>
    public static FuturesDatabase AddFuturesDatabase(
        this IDistributedApplicationBuilder builder, TopologyOptions options)
    {
        var ordersPassword = builder.AddPassword("orders-password");
        var relayPassword = builder.AddPassword("relay-password");
        var server = builder.AddPostgres("postgres", password: builder.AddPassword("postgres-password"))
            .WithImageTag(Images.PostgresTag) // before the volume: its folder depends on the version
            .WithDataVolume(options.Volume("postgres"))
            .WithArgs([.. DatabaseServer.Arguments]);
        var owner = server.AddDatabase("database", DatabaseServer.Database)
            .OnResourceReady((database, _, cancellation) =>
                MakeLoginsAsync(database, ordersPassword.Resource, relayPassword.Resource, cancellation));
        return new FuturesDatabase(
            server,
            owner,
            builder.AddConnectionString("futures", Login(server.Resource, DatabaseLogins.OrderManager, ordersPassword)),
            builder.AddConnectionString("outbox", Login(server.Resource, DatabaseLogins.Relay, relayPassword)),
            relayPassword);
    }

    // letters and digits: it goes into connection strings and statements; kept in user secrets, since the volume
    // remembers it
    private static IResourceBuilder<ParameterResource> AddPassword(
        this IDistributedApplicationBuilder builder, string name) =>
        builder.AddParameter(
            name, new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true);

    private static ReferenceExpression Login(
        PostgresServerResource server, string user, IResourceBuilder<ParameterResource> password) =>
        ReferenceExpression.Create(
            $"Host={server.Host};Port={server.Port};Username={user};Password={password};Database={DatabaseServer.Database}");

    private static async Task MakeLoginsAsync(
        PostgresDatabaseResource database,
        ParameterResource orders, ParameterResource relay, CancellationToken cancellation)
    {
        var connectionString = await database.ConnectionStringExpression.GetValueAsync(cancellation);
        var statements = DatabaseLogins.Statements(
            (await orders.GetValueAsync(cancellation))!, (await relay.GetValueAsync(cancellation))!);
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
