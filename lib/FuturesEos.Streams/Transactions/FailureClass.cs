namespace FuturesEos.Streams.Transactions;

/// <summary>What the engine does about a failure. There is no fifth answer.</summary>
public enum FailureClass
{
    /// <summary>Nothing is lost: the same call again, within the transaction's time.</summary>
    RetrySameCall,

    /// <summary>
    /// The open transaction is aborted, state staged in it dropped, the input read again from the committed offsets.
    /// </summary>
    AbortAndRewind,

    /// <summary>
    /// As <see cref="AbortAndRewind"/>, with a new producer of the same transactional id: this one is fenced, fatal,
    /// or in doubt.
    /// </summary>
    ReplaceProducerAndRewind,

    /// <summary>A person has to change something: a right, a setting, a topic, a record.</summary>
    Stop,
}
