namespace FuturesEos.Cli.Wire;

/// <summary>
/// The transactional ids behind producer ids; asked for again, not too often, when an unknown one shows up.
/// </summary>
internal sealed class TransactionOwners(Transactions transactions)
{
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(2);
    private Dictionary<long, string> _owners = [];
    private DateTime _asked = DateTime.MinValue;

    /// <summary>The transactional id; null when no coordinator knows the producer (any more).</summary>
    public async Task<string?> OfAsync(LoggedRecord record, CancellationToken cancellationToken)
    {
        if (!record.IsTransactional) return null;
        if (!_owners.ContainsKey(record.ProducerId) && DateTime.UtcNow - _asked > AskAgainAfter)
        {
            _asked = DateTime.UtcNow;
            _owners = await transactions.OwnersAsync(cancellationToken);
        }

        return _owners.GetValueOrDefault(record.ProducerId);
    }
}
