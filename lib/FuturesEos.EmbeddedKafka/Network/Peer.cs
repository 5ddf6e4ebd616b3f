using FuturesEos.EmbeddedKafka.Security;

namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="Host">Its address, as group descriptions show it.</param>
/// <param name="Sasl">Its authentication; null where none is asked for.</param>
internal sealed record Peer(string Host, SaslExchange? Sasl);
