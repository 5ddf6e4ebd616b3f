namespace FuturesEos.AppHost.Kafka;

/// <summary>One node of the cluster, in a container.</summary>
/// <param name="name">Of the resource, and so of the host inside the containers' network.</param>
internal sealed class KafkaBrokerResource(string name) : ContainerResource(name)
{
    /// <summary>Name of the endpoint for clients outside.</summary>
    public const string ClientEndpoint = "tcp";

    /// <summary>Where programs on this machine reach it: whoever asks, a broker's advertised address is one.</summary>
    public EndpointReferenceExpression HostAddress =>
        new EndpointReference(
            this, ClientEndpoint, KnownNetworkIdentifiers.LocalhostNetwork).Property(EndpointProperty.HostAndPort);
}
