using System.Buffers.Binary;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>
/// The symbols of one task: decoded once, changed in memory, written back as bytes with the transaction.
/// </summary>
/// <remarks>
/// Keys begin with the symbol, so that one scan finds all of it; numbers are big-endian, so that it finds them in
/// order:
/// <code>
/// 'B' 'T' 'C' 00                                          stream time: 8 bytes
/// 'B' 'T' 'C' 00  0000019A7C4B2C00  00                    a window, by its start: SymbolWindow's stored form
/// 'B' 'T' 'C' 00  0000019A7C4B2C00  01  00000000          its first 32 signal ids taken: 16 bytes each
/// 'B' 'T' 'C' 00  0000019A7C4B2C00  01  00000001          the next 32, perhaps fewer
/// </code>
/// Ids lie in blocks, for one key each would be one changelog record a signal; a block is at most half a kilobyte, so
/// what a record rewrites does not grow with its window.
/// </remarks>
internal sealed class WindowStore
{
    public const int IdsInBlock = 32;
    public const int IdBytes = 16;

    private const int CachedIdsMax = 1_000_000;
    private const int CachedSymbolsMax = 20_000;

    private readonly Dictionary<string, SymbolState> _symbols = new(StringComparer.Ordinal);
    private readonly List<SymbolState> _touched = [];
    private readonly List<string> _idle = [];

    /// <summary>
    /// A symbol's state, from the store when it is not at hand; it will be written back by <see cref="Flush"/>.
    /// </summary>
    public SymbolState Touch(string symbol, IStateStore store)
    {
        if (!_symbols.TryGetValue(symbol, out var state))
            _symbols.Add(symbol, state = SymbolState.Load(symbol, store));
        if (!state.IsTouched)
        {
            state.IsTouched = true;
            _touched.Add(state);
        }

        return state;
    }

    /// <summary>
    /// Writes what the transaction changed. What it did not need may go from memory when there is much.
    /// </summary>
    public void Flush(IStateStore store)
    {
        foreach (var state in _touched)
            state.Flush(store);
        if (_symbols.Count > CachedSymbolsMax || CachedIds() > CachedIdsMax)
            ForgetIdle();
        foreach (var state in _touched)
            state.IsTouched = false;
        _touched.Clear();
    }

    /// <summary>Everything decoded is stale.</summary>
    public void Forget()
    {
        _symbols.Clear();
        _touched.Clear();
    }

    /// <summary>The prefix of all keys of a symbol: no symbol contains a zero byte.</summary>
    public static byte[] Prefix(string symbol)
    {
        var prefix = new byte[symbol.Length + 1];
        System.Text.Encoding.ASCII.GetBytes(symbol, prefix);
        return prefix;
    }

    public static byte[] WindowKey(ReadOnlySpan<byte> prefix, long start)
    {
        var key = new byte[prefix.Length + 9];
        prefix.CopyTo(key);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(prefix.Length), start);
        return key;
    }

    public static byte[] BlockKey(ReadOnlySpan<byte> prefix, long start, int block)
    {
        var key = new byte[prefix.Length + 13];
        prefix.CopyTo(key);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(prefix.Length), start);
        key[prefix.Length + 8] = 1;
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(prefix.Length + 9), block);
        return key;
    }

    private long CachedIds()
    {
        long ids = 0;
        foreach (var state in _symbols.Values)
            ids += state.IdsHeld;
        return ids;
    }

    private void ForgetIdle()
    {
        foreach (var (symbol, state) in _symbols)
        {
            if (!state.IsTouched)
                _idle.Add(symbol);
        }

        foreach (var symbol in _idle)
            _symbols.Remove(symbol);
        _idle.Clear();
    }
}
