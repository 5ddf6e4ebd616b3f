namespace FuturesEos.AppHost.Database;

/// <summary>The pipeline's database, by each of its logins.</summary>
/// <param name="Server">What its clients wait for: it answers, and the logins are made.</param>
/// <param name="Host">Host of the server, as whoever asks reaches it.</param>
/// <param name="Port">Port of the server.</param>
/// <param name="Owner">As its owner: for the migration and for verify.</param>
/// <param name="OrderManager">With the order manager's rights.</param>
/// <param name="Relay">With the rights of whoever reads the outbox.</param>
/// <param name="RelayPassword">Of that login, for those who take it apart.</param>
internal sealed record FuturesDatabase(
    IResourceBuilder<IResource> Server,
    ReferenceExpression Host,
    ReferenceExpression Port,
    IResourceBuilder<IResourceWithConnectionString> Owner,
    IResourceBuilder<IResourceWithConnectionString> OrderManager,
    IResourceBuilder<IResourceWithConnectionString> Relay,
    IResourceBuilder<ParameterResource> RelayPassword);
