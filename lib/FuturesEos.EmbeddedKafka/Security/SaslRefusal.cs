namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>The client is not let in.</summary>
/// <param name="reason">For the log; without names and passwords.</param>
/// <param name="told">What the client is told; null tells it Kafka's general sentence.</param>
internal sealed class SaslRefusal(string reason, string? told = null) : Exception(reason)
{
    public string? Told { get; } = told;
}
