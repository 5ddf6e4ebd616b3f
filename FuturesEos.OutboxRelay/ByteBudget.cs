namespace FuturesEos.OutboxRelay;

/// <summary>
/// Bounds the bytes between one writer and one reader: the writer waits while too many are on their way. What is larger
/// than the bound passes alone.
/// </summary>
internal sealed class ByteBudget(long bytesMax) : IDisposable
{
    private readonly SemaphoreSlim _given = new(0, 1);
    private long _taken;

    /// <summary>Of the writer: waits until there is room.</summary>
    public async ValueTask TakeAsync(long bytes, CancellationToken cancellation)
    {
        while (Interlocked.Read(ref _taken) is var taken and > 0 && taken + bytes > bytesMax)
            await _given.WaitAsync(cancellation);
        Interlocked.Add(ref _taken, bytes);
    }

    /// <summary>Of the reader: these have gone.</summary>
    public void Give(long bytes)
    {
        Interlocked.Add(ref _taken, -bytes);
        if (_given.CurrentCount == 0)
            _given.Release();
    }

    public void Dispose() => _given.Dispose();
}
