using NpgsqlTypes;

namespace FuturesEos.OutboxRelay;

/// <summary>The PostgreSQL transaction that is being read.</summary>
internal sealed class TransactionStretch
{
    private long _skip;

    /// <summary>Between its begin and its commit.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Where its commit record starts: the same at every reading.</summary>
    public NpgsqlLogSequenceNumber Commit { get; private set; }

    /// <summary>When PostgreSQL committed it.</summary>
    public DateTime CommittedAt { get; private set; }

    /// <summary>
    /// Outbox rows read of it. Decoding gives them in the order of the log, so their count says which they were.
    /// </summary>
    public long Rows { get; private set; }

    /// <param name="commit">Where its commit record starts.</param>
    /// <param name="committedAt">When.</param>
    /// <param name="skip">Rows that Kafka has already.</param>
    public void Open(NpgsqlLogSequenceNumber commit, DateTime committedAt, long skip) =>
        (IsOpen, Commit, CommittedAt, Rows, _skip) = (true, commit, committedAt, 0, skip);

    /// <summary>Counts a row; whether it is to be sent.</summary>
    public bool Take() => ++Rows > _skip;

    public void Close() => IsOpen = false;
}
