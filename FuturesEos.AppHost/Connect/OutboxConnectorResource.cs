namespace FuturesEos.AppHost.Connect;

/// <summary>The connector inside the worker: no process of its own, but a state that people want to see.</summary>
/// <param name="name">Of the resource.</param>
internal sealed class OutboxConnectorResource(string name) : Resource(name), IResourceWithWaitSupport;
