namespace FuturesEos.Topology;

/// <summary>A connector does not run; the text is Connect's or the connector's own.</summary>
/// <param name="message">What it said.</param>
public sealed class ConnectorFailedException(string message) : Exception(message);
