namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>One mechanism with one client: tokens in, tokens out, until it is complete.</summary>
internal abstract class SaslConversation
{
    public bool IsComplete { get; protected set; }

    /// <summary>The next token for the client.</summary>
    /// <exception cref="SaslRefusal">The client is not who it says, or the token is malformed.</exception>
    public abstract byte[] Answer(ReadOnlySpan<byte> token);
}
