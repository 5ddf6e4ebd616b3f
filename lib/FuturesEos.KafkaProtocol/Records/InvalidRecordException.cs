namespace FuturesEos.KafkaProtocol.Records;

/// <summary>Record bytes that cannot be read; <see cref="Error"/> is what a broker answers for them.</summary>
public sealed class InvalidRecordException : Exception
{
    public InvalidRecordException(KafkaError error, string message)
        : base(message) => Error = error;

    public InvalidRecordException(KafkaError error, string message, Exception cause)
        : base(message, cause) => Error = error;

    /// <summary>CORRUPT_MESSAGE, INVALID_RECORD, MESSAGE_TOO_LARGE or UNSUPPORTED_COMPRESSION_TYPE.</summary>
    public KafkaError Error { get; }
}
