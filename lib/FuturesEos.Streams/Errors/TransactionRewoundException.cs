namespace FuturesEos.Streams.Errors;

/// <summary>
/// Abort and rewind: the open transaction is lost, the input is to be read again from the committed offsets.
/// </summary>
internal sealed class TransactionRewoundException(
    string message, bool replaceProducer, bool outcomeUnknown, Exception? cause)
    : Exception(message, cause)
{
    /// <summary>
    /// This producer must not begin again: it is fenced, or the fate of a request it sent is unknown (KAFKA-17754).
    /// </summary>
    public bool ReplaceProducer { get; } = replaceProducer;

    /// <summary>
    /// The commit may have happened: the store is brought up from the changelog before anything is processed.
    /// </summary>
    public bool OutcomeUnknown { get; } = outcomeUnknown;
}
