namespace FuturesEos.OutboxRelay;

/// <summary>
/// Rows that Kafka did not take, over the sessions that this costs: a broker answers for a whole batch, and a refusal
/// ends the transaction. So each row of a refused batch is sent alone once; who is refused then is parked.
/// </summary>
internal sealed class RefusedRows
{
    private readonly HashSet<Guid> _suspects = [];
    private readonly Dictionary<Guid, string> _refused = [];

    /// <summary>Whether it was in a batch that was refused, and must be alone in its next one.</summary>
    public bool IsSuspect(Guid row) => _suspects.Contains(row);

    /// <summary>Why it is refused for good; none: it is not known to be.</summary>
    public string? ReasonOf(Guid row) => _refused.GetValueOrDefault(row);

    /// <summary>A batch was refused.</summary>
    public void Take(RowsRefusedException refusal)
    {
        foreach (var row in refusal.Rows)
        {
            if (!_suspects.Add(row))
                _refused[row] = refusal.Message;
        }
    }

    /// <summary>Kafka holds it, or it is parked.</summary>
    public void Forget(Guid row)
    {
        _suspects.Remove(row);
        _refused.Remove(row);
    }
}
