namespace FuturesEos.Streams.State;

/// <summary>The committed state of one task. Each change of it is made whole or not at all.</summary>
internal interface ICommittedStore : IDisposable
{
    /// <summary>Which changelog, and up to where, the contents come from; null for an empty store.</summary>
    ChangelogPosition? Position { get; }

    byte[]? Get(ReadOnlySpan<byte> key);

    /// <summary>Adds every pair whose key begins with the prefix, in key order, up to the limit.</summary>
    void Scan(ReadOnlySpan<byte> prefix, int limit, List<KeyValuePair<byte[], byte[]>> into);

    /// <summary>Puts the changes (null = delete) in their order and the position, in one atomic step.</summary>
    void Apply(IEnumerable<KeyValuePair<byte[], byte[]?>> changes, ChangelogPosition position);

    /// <summary>
    /// Thousands of changes as a changelog has them: one key may come many times, and its latest change wins.
    /// </summary>
    void ApplyLog(IEnumerable<KeyValuePair<byte[], byte[]?>> changes, ChangelogPosition position) =>
        Apply(changes, position);

    /// <summary>Removes everything, position included.</summary>
    void Wipe();
}
