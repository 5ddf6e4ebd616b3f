using FuturesEos.AppHost.Services;
using FuturesEos.LocalPostgres;

namespace FuturesEos.AppHost.Database;

/// <summary>Adds a private PostgreSQL server, from the installation on this machine.</summary>
internal static class EmbeddedDatabase
{
    private const string ClientEndpoint = "tcp";

    /// <summary>The server and the logins.</summary>
    /// <exception cref="ServiceDefaults.ExpectedFailure">No server can run here; the text says what to
    /// install.</exception>
    public static FuturesDatabase AddEmbeddedDatabase(
        this IDistributedApplicationBuilder builder, LocalData data)
    {
        var folder = data.StateOf("postgres");
        var secret = PrivatePostgres.PasswordOf(folder);
        var password = builder.AddParameter("postgres-password", secret, secret: true)
            .WithDescription("of the superuser; kept beside the data");
        var server = builder.AddService<Projects.FuturesEos_Cli>("postgres")
            .WithArgs("run", "postgres")
            .WithEndpoint(scheme: "tcp", name: ClientEndpoint, env: "PrivatePostgres__Port")
            .WithEnvironment("PrivatePostgres__Data", folder)
            .WithIconName("Database")
            .WithKillCommand();
        var endpoint = server.GetEndpoint(ClientEndpoint);
        var host = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}");
        var port = ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Port)}");
        var owner = builder.AddConnectionString(
            "database", DatabaseAccess.ConnectionString(host, port, PrivatePostgres.Superuser, password.Resource))
            .WithParentRelationship(server).WithHidden();
        return new DatabaseAccess(builder, data).To(server, host, port, owner);
    }
}
