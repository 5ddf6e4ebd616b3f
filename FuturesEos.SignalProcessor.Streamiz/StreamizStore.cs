using Streamiz.Kafka.Net.State;

namespace FuturesEos.SignalProcessor.Streamiz;

/// <summary>Streamiz' store with the face of ours, so that windows and ids lie in it in the same form.</summary>
internal sealed class StreamizStore(IKeyValueStore<byte[], byte[]> store) : FuturesEos.Streams.IStateStore
{
    public byte[]? Get(ReadOnlySpan<byte> key) => store.Get(key.ToArray());
    public void Put(ReadOnlySpan<byte> key, byte[] value) => store.Put(key.ToArray(), value);
    public void Delete(ReadOnlySpan<byte> key) => store.Delete(key.ToArray());

    // Asked once for each symbol: Streamiz does not free the RocksDB iterator of a range. Keys of a symbol begin with
    // its name and a zero byte, so the range ends before the name and a one.
    public IReadOnlyList<KeyValuePair<byte[], byte[]>> Scan(ReadOnlySpan<byte> prefix, int limit = int.MaxValue)
    {
        var (from, to) = (prefix.ToArray(), prefix.ToArray());
        to[^1]++;
        var found = new List<KeyValuePair<byte[], byte[]>>();
        using var range = store.Range(from, to);
        while (found.Count < limit && range.MoveNext())
        {
            if (range.Current is { } entry && entry.Key.AsSpan().StartsWith(from)) found.Add(entry);
        }

        found.Sort((left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return found;
    }
}
