using FuturesEos.Topology;

namespace FuturesEos.AppHost.Database;

/// <summary>Adds PostgreSQL with logical decoding, in a container.</summary>
internal static class ContainerDatabase
{
    /// <summary>
    /// The server with a volume, the database, and the migration's two roles with a password, so that they can log in.
    /// </summary>
    public static FuturesDatabase AddContainerDatabase(
        this IDistributedApplicationBuilder builder, LocalData data)
    {
        var password = builder.AddParameter("postgres-password", data.Password("postgres-password"), secret: true)
            .WithDescription("of the superuser; the volume remembers it");
        var server = builder.AddPostgres("postgres", password: password)
            .WithImageTag(Images.PostgresTag) // before the volume: its folder depends on the version
            .WithDataVolume(data.Volume("postgres"))
            .WithSoleUseOf(data.Volume("postgres"))
            .WithArgs([.. DatabaseServer.Arguments]);
        var database = server.AddDatabase("database", DatabaseServer.Database);
        return new DatabaseAccess(builder, data).To(
            database,
            ReferenceExpression.Create($"{server.Resource.Host}"),
            ReferenceExpression.Create($"{server.Resource.Port}"),
            database);
    }
}
