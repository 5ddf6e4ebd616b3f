namespace FuturesEos.Streams;

/// <summary>
/// The state of one task as its processor sees it: what is committed, under what the open transaction has written. Keys
/// are not empty.
/// </summary>
public interface IStateStore
{
    /// <summary>The value of a key, or null. The array must not be changed.</summary>
    byte[]? Get(ReadOnlySpan<byte> key);

    /// <summary>Writes a value; it becomes durable with the transaction. The store takes the array over.</summary>
    void Put(ReadOnlySpan<byte> key, byte[] value);

    /// <summary>Removes a key (a tombstone in the changelog).</summary>
    void Delete(ReadOnlySpan<byte> key);

    /// <summary>
    /// Every key that begins with the prefix, with its value, in the order of the keys' bytes;
    /// at most <paramref name="limit"/>.
    /// </summary>
    IReadOnlyList<KeyValuePair<byte[], byte[]>> Scan(ReadOnlySpan<byte> prefix, int limit = int.MaxValue);
}
