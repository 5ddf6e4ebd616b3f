namespace FuturesEos.AppHost.Database;

/// <summary>The pipeline's database, by each of its logins.</summary>
/// <param name="Server">The server.</param>
/// <param name="Owner">As its owner: for the migration and for verify.</param>
/// <param name="OrderManager">With the order manager's rights.</param>
/// <param name="Relay">With the rights of whoever reads the outbox.</param>
/// <param name="RelayPassword">Of that login, for those who take it apart.</param>
internal sealed record FuturesDatabase(
    IResourceBuilder<PostgresServerResource> Server,
    IResourceBuilder<PostgresDatabaseResource> Owner,
    IResourceBuilder<IResourceWithConnectionString> OrderManager,
    IResourceBuilder<IResourceWithConnectionString> Relay,
    IResourceBuilder<ParameterResource> RelayPassword);
