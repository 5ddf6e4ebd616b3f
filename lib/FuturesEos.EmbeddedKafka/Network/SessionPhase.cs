namespace FuturesEos.EmbeddedKafka.Network;

/// <summary>Receiving → Handling → Sending → Receiving; without an answer Sending is left out.</summary>
internal enum SessionPhase
{
    Receiving,
    Handling,
    Sending,
}
