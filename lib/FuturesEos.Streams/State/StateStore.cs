namespace FuturesEos.Streams.State;

/// <summary>
/// The writes of the open transaction, staged in memory over the committed store. They reach it after the commit is
/// known, in one step; an abort drops them, so that the committed store never holds anything that was not committed.
/// </summary>
internal sealed class StateStore : IStateStore
{
    private readonly Dictionary<byte[], byte[]?> _staged = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], byte[]?>.AlternateLookup<ReadOnlySpan<byte>> _stagedBySpan;
    private readonly ICommittedStore _committed;

    public StateStore(ICommittedStore committed)
    {
        _committed = committed;
        _stagedBySpan = _staged.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>
    /// The touched keys in the order of their first touch, each with its latest value; null = removed.
    /// </summary>
    public IReadOnlyDictionary<byte[], byte[]?> Staged => _staged;

    public byte[]? Get(ReadOnlySpan<byte> key) =>
        _stagedBySpan.TryGetValue(key, out var staged) ? staged : _committed.Get(key);

    public void Put(ReadOnlySpan<byte> key, byte[] value)
    {
        ArgumentNullException.ThrowIfNull(value);
        RefuseEmpty(key);
        _stagedBySpan[key] = value;
    }

    public void Delete(ReadOnlySpan<byte> key)
    {
        RefuseEmpty(key);
        _stagedBySpan[key] = null;
    }

    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Scan(ReadOnlySpan<byte> prefix, int limit = int.MaxValue)
    {
        var found = new List<KeyValuePair<byte[], byte[]>>();
        var hidden = 0;
        foreach (var (key, value) in _staged)
        {
            if (!key.AsSpan().StartsWith(prefix))
                continue;
            hidden++;
            if (value is not null)
                found.Add(new KeyValuePair<byte[], byte[]>(key, value));
        }

        var committed = new List<KeyValuePair<byte[], byte[]>>();
        _committed.Scan(prefix, limit > int.MaxValue - hidden ? int.MaxValue : limit + hidden, committed);
        foreach (var entry in committed)
        {
            if (!_staged.ContainsKey(entry.Key))
                found.Add(entry);
        }

        found.Sort(static (a, b) => ByteKeyComparer.Instance.Compare(a.Key, b.Key));
        if (found.Count > limit)
            found.RemoveRange(limit, found.Count - limit);
        return found;
    }

    public void ApplyStaged(ChangelogPosition position)
    {
        _committed.Apply(_staged, position);
        _staged.Clear();
    }

    public void DropStaged() => _staged.Clear();

    // the empty key is where a committed store on disk keeps its position
    private static void RefuseEmpty(ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty)
            throw new ArgumentException("A state key must not be empty.", nameof(key));
    }
}
