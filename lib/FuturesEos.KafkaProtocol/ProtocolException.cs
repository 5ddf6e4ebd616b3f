namespace FuturesEos.KafkaProtocol;

/// <summary>Bytes the protocol does not allow: the connection they came from cannot be understood any more.</summary>
public sealed class ProtocolException : Exception
{
    public ProtocolException(string message)
        : base(message)
    {
    }

    public ProtocolException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
