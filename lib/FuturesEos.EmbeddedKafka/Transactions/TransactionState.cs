namespace FuturesEos.EmbeddedKafka.Transactions;

/// <summary>
/// One transactional id in memory. A change is announced, stored, then taken over; in between the id is "pending" and
/// other requests are told to come again. Every member is used under <see cref="Gate"/>,
/// which is never held across an await.
/// </summary>
internal sealed class TransactionState(TransactionMetadata current)
{
    public Lock Gate { get; } = new();

    /// <summary>What is stored.</summary>
    public TransactionMetadata Current { get; private set; } = current;

    /// <summary>A change is being stored.</summary>
    public bool IsPending { get; private set; }

    public void Announce() => IsPending = true;

    public void TakeOver(TransactionMetadata next)
    {
        Current = next;
        IsPending = false;
    }

    /// <summary>The change could not be stored: it did not happen.</summary>
    public void GiveUp() => IsPending = false;
}
