using FuturesEos.Topology;

namespace FuturesEos.AppHost.Database;

/// <summary>Adds PostgreSQL with logical decoding, in a container.</summary>
internal static class ContainerDatabase
{
    /// <summary>
    /// The server with a volume, the database, and the migration's two roles with a password, so that they can log in.
    /// </summary>
    public static FuturesDatabase AddContainerDatabase(
        this IDistributedApplicationBuilder builder, TopologyOptions options)
    {
        // letters and digits: it goes into connection strings; kept in user secrets, since the volume remembers it
        var password = builder.AddParameter(
            "postgres-password",
            new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true);
        var server = builder.AddPostgres("postgres", password: password)
            .WithImageTag(Images.PostgresTag) // before the volume: its folder depends on the version
            .WithDataVolume(options.Volume("postgres"))
            .WithArgs([.. DatabaseServer.Arguments]);
        var database = server.AddDatabase("database", DatabaseServer.Database);
        return new DatabaseAccess(builder).To(
            database,
            ReferenceExpression.Create($"{server.Resource.Host}"),
            ReferenceExpression.Create($"{server.Resource.Port}"),
            database);
    }
}
