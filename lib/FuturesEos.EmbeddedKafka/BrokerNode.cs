namespace FuturesEos.EmbeddedKafka;

/// <summary>The one node, as clients are told of it.</summary>
internal sealed record BrokerNode(string ClusterId, int Id, string Host, int Port);
