namespace FuturesEos.OutboxRelay;

/// <summary>
/// A broker refuses a batch for what is in it: one of these rows never passes. The transaction is lost with it.
/// </summary>
internal sealed class RowsRefusedException(IReadOnlyList<Guid> rows, string reason) : Exception(reason)
{
    /// <summary>Event ids of the batch.</summary>
    public IReadOnlyList<Guid> Rows { get; } = rows;
}
