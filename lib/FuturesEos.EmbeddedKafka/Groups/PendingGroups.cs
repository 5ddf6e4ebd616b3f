namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>Which groups a producer's open transaction may have positions for.</summary>
internal sealed class PendingGroups
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, HashSet<string>> _groups = [];

    /// <summary>Called before the positions are appended, so that a marker right behind them finds the group.</summary>
    public void Add(long producerId, string group)
    {
        lock (_gate)
        {
            if (!_groups.TryGetValue(producerId, out var groups))
                _groups[producerId] = groups = new HashSet<string>(StringComparer.Ordinal);
            groups.Add(group);
        }
    }

    public IReadOnlyCollection<string> Take(long producerId)
    {
        lock (_gate)
            return _groups.Remove(producerId, out var groups) ? groups : [];
    }
}
