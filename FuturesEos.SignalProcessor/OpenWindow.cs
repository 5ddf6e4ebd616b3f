using System.Runtime.InteropServices;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>A window that takes signals: its state, and the ids taken.</summary>
internal sealed class OpenWindow(long start)
{
    private readonly HashSet<Guid> _taken = [];
    private readonly List<Guid> _inOrder = [];
    private int _storedIds;
    private bool _isDirty;
    private bool _isStored;

    /// <summary>Epoch ms.</summary>
    public long Start { get; } = start;

    public SymbolWindow State { get; } = new();

    public int IdCount => _inOrder.Count;

    /// <summary>False when the id was taken before.</summary>
    public bool TryTake(Guid id)
    {
        if (!_taken.Add(id))
            return false;
        _inOrder.Add(id);
        _isDirty = true;
        return true;
    }

    public void LoadState(string symbol, byte[] stored)
    {
        if (!State.TryLoad(stored))
            throw new InvalidDataException(
                $"The stored window of {symbol} from {Start} is not of a version that this program reads; "
                    + "run the one that wrote it.");
        _isStored = true;
    }

    public void LoadIds(int block, byte[] stored)
    {
        // blocks come in order, each full but the last
        if (block * WindowStore.IdsInBlock != _inOrder.Count || stored.Length % WindowStore.IdBytes != 0)
            throw new InvalidDataException(
                $"Block {block} of the ids taken in the window from {Start} does not follow what came before it.");
        foreach (var id in MemoryMarshal.Cast<byte, Guid>(stored))
        {
            _taken.Add(id);
            _inOrder.Add(id);
        }

        _storedIds = _inOrder.Count;
        _isStored = true;
    }

    /// <summary>Writes the state and the blocks that got ids since the last time.</summary>
    public void Flush(ReadOnlySpan<byte> prefix, IStateStore store)
    {
        if (!_isDirty)
            return;
        store.Put(WindowStore.WindowKey(prefix, Start), State.Bytes.ToArray());
        var ids = CollectionsMarshal.AsSpan(_inOrder);
        for (var from =
            _storedIds - (_storedIds % WindowStore.IdsInBlock); from < ids.Length; from += WindowStore.IdsInBlock)
        {
            var block = ids.Slice(from, Math.Min(WindowStore.IdsInBlock, ids.Length - from));
            store.Put(WindowStore.BlockKey(prefix, Start, from / WindowStore.IdsInBlock),
                MemoryMarshal.AsBytes(block).ToArray());
        }

        _storedIds = ids.Length;
        _isDirty = false;
        _isStored = true;
    }

    /// <summary>Every key that the store may hold of this window.</summary>
    public IEnumerable<byte[]> StoredKeys(byte[] prefix)
    {
        if (!_isStored)
            yield break;
        yield return WindowStore.WindowKey(prefix, Start);
        for (var from = 0; from < _storedIds; from += WindowStore.IdsInBlock)
            yield return WindowStore.BlockKey(prefix, Start, from / WindowStore.IdsInBlock);
    }
}
