namespace FuturesEos.Streams.State;

/// <summary>Committed state in memory: filled from the whole changelog at each start.</summary>
internal sealed class MemoryStore : ICommittedStore
{
    private readonly Dictionary<byte[], byte[]> _entries = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], byte[]>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    public MemoryStore() => _bySpan = _entries.GetAlternateLookup<ReadOnlySpan<byte>>();

    public ChangelogPosition? Position { get; private set; }

    public byte[]? Get(ReadOnlySpan<byte> key) => _bySpan.TryGetValue(key, out var value) ? value : null;

    public void Scan(ReadOnlySpan<byte> prefix, int limit, List<KeyValuePair<byte[], byte[]>> into)
    {
        // a walk over everything: scans are for what a processor meets for the first time, not for each record
        var found = new List<KeyValuePair<byte[], byte[]>>();
        foreach (var entry in _entries)
        {
            if (entry.Key.AsSpan().StartsWith(prefix))
                found.Add(entry);
        }

        found.Sort(static (a, b) => ByteKeyComparer.Instance.Compare(a.Key, b.Key));
        for (var i = 0; i < found.Count && i < limit; i++)
            into.Add(found[i]);
    }

    public void Apply(IEnumerable<KeyValuePair<byte[], byte[]?>> changes, ChangelogPosition position)
    {
        foreach (var (key, value) in changes)
        {
            if (value is null)
                _entries.Remove(key);
            else
                _entries[key] = value;
        }

        Position = position;
    }

    public void Wipe()
    {
        _entries.Clear();
        Position = null;
    }

    public void Dispose()
    {
    }
}
