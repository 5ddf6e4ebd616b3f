using FuturesEos.Topology;
using Npgsql;

namespace FuturesEos.AppHost.Database;

/// <summary>The logins of the services, on a server of any make.</summary>
internal sealed class DatabaseAccess(IDistributedApplicationBuilder builder, LocalData data)
{
    private readonly IResourceBuilder<ParameterResource> _ordersPassword =
        AddPassword(builder, data, "orders-password", $"of the login {DatabaseLogins.OrderManager}");

    private readonly IResourceBuilder<ParameterResource> _relayPassword =
        AddPassword(builder, data, "relay-password", $"of the login {DatabaseLogins.Relay}");

    /// <summary>The database as its clients see it.</summary>
    /// <param name="server">What they wait for; the logins are made when it is ready.</param>
    /// <param name="host">Host of the server.</param>
    /// <param name="port">Port of the server.</param>
    /// <param name="owner">As its owner.</param>
    public FuturesDatabase To<TServer>(
        IResourceBuilder<TServer> server,
        ReferenceExpression host, ReferenceExpression port, IResourceBuilder<IResourceWithConnectionString> owner)
        where TServer : IResource
    {
        server.OnResourceReady((_, _, cancellation) => MakeLoginsAsync(owner.Resource, cancellation));
        return new FuturesDatabase(
            (IResourceBuilder<IResource>)server, host, port, owner,
            Login("futures", DatabaseLogins.OrderManager, _ordersPassword),
            Login("outbox", DatabaseLogins.Relay, _relayPassword),
            _relayPassword);

        IResourceBuilder<IResourceWithConnectionString> Login(
            string name, string user, IResourceBuilder<ParameterResource> password) =>
            builder.AddConnectionString(name, ConnectionString(host, port, user, password.Resource))
                .WithParentRelationship(server.Resource).WithHidden(); // a line of text: not a part of the picture
    }

    /// <summary>For a login, by expressions that are known when the server has its address.</summary>
    public static ReferenceExpression ConnectionString(
        ReferenceExpression host, ReferenceExpression port, string user, ParameterResource password) =>
        ReferenceExpression.Create(
            $"Host={host};Port={port};Username={user};Password={password};Database={DatabaseServer.Database}");

    private static IResourceBuilder<ParameterResource> AddPassword(
        IDistributedApplicationBuilder builder, LocalData data, string name, string description) =>
        builder.AddParameter(name, data.Password(name), secret: true).WithDescription(description);

    private async Task MakeLoginsAsync(IResourceWithConnectionString owner, CancellationToken cancellation)
    {
        var connectionString = await owner.ConnectionStringExpression.GetValueAsync(cancellation);
        var statements = DatabaseLogins.Statements(
            (await _ordersPassword.Resource.GetValueAsync(cancellation))!,
            (await _relayPassword.Resource.GetValueAsync(cancellation))!);
        await using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        await connection.OpenAsync(cancellation);
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }
}
