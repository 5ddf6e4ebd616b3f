using System.Buffers.Binary;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>One symbol: its stream time, its open windows, and what is left of closed ones to delete.</summary>
internal sealed class SymbolState
{
    private const int DeletesEachRecord = 16;

    private readonly byte[] _prefix;
    private readonly List<OpenWindow> _windows = [];
    private readonly Queue<byte[]> _toDelete = new();
    private bool _isTimeDirty;

    private SymbolState(string symbol) => _prefix = WindowStore.Prefix(symbol);

    /// <summary>Largest time of the valid signals taken so far, epoch ms; −1 before the first.</summary>
    public long StreamTime { get; private set; } = -1;

    /// <summary>Part of the open transaction.</summary>
    public bool IsTouched { get; set; }

    public int IdsHeld
    {
        get
        {
            var ids = 0;
            foreach (var window in _windows)
                ids += window.IdCount;
            return ids;
        }
    }

    public IReadOnlyList<OpenWindow> Windows => _windows;

    public static SymbolState Load(string symbol, IStateStore store)
    {
        var state = new SymbolState(symbol);
        var prefix = state._prefix;
        foreach (var (key, value) in store.Scan(prefix))
        {
            if (key.Length == prefix.Length)
            {
                state.StreamTime = BinaryPrimitives.ReadInt64BigEndian(value);
                continue;
            }

            var start = BinaryPrimitives.ReadInt64BigEndian(key.AsSpan(prefix.Length));
            if (key[prefix.Length + 8] == 0)
                state.Window(start).LoadState(symbol, value);
            else if (state.Find(start) is { } window)
                window.LoadIds(BinaryPrimitives.ReadInt32BigEndian(key.AsSpan(prefix.Length + 9)), value);
            else
                state._toDelete.Enqueue(key); // its window was closed, and deleting had not come to its end
        }

        return state;
    }

    /// <summary>
    /// Moves stream time; what it closes is deleted from here on, a bounded number of keys with each record.
    /// </summary>
    public void Advance(long ts, long graceMs, IStateStore store)
    {
        if (ts > StreamTime)
        {
            StreamTime = ts;
            _isTimeDirty = true;
        }

        for (var i = _windows.Count - 1; i >= 0; i--)
        {
            if (!WindowTime.IsClosed(_windows[i].Start, graceMs, StreamTime))
                continue;
            foreach (var key in _windows[i].StoredKeys(_prefix))
                _toDelete.Enqueue(key);
            _windows.RemoveAt(i);
        }

        for (var i = 0; i < DeletesEachRecord && _toDelete.TryDequeue(out var key); i++)
            store.Delete(key);
    }

    public OpenWindow Window(long start)
    {
        if (Find(start) is { } open)
            return open;
        var made = new OpenWindow(start);
        _windows.Add(made);
        return made;
    }

    public void Flush(IStateStore store)
    {
        if (_isTimeDirty)
        {
            var time = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(time, StreamTime);
            store.Put(_prefix, time);
            _isTimeDirty = false;
        }

        foreach (var window in _windows)
            window.Flush(_prefix, store);
    }

    private OpenWindow? Find(long start)
    {
        foreach (var window in _windows)
        {
            if (window.Start == start)
                return window;
        }

        return null;
    }
}
