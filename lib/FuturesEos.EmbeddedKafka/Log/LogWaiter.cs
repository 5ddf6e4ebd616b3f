namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// A parked fetch. Watch every partition first, then read: a movement in between is then not missed. It fires once; the
/// fetch then reads again and, if it still has too little, parks with a new waiter.
/// </summary>
internal sealed class LogWaiter(bool isReadCommitted)
{
    private readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits for the last stable offset instead of the high watermark (KAFKA-5355, KAFKA-5376).</summary>
    public bool IsReadCommitted { get; } = isReadCommitted;

    /// <summary>Completes at the first movement of any watched partition, and when one is closed.</summary>
    public Task Moved => _moved.Task;

    internal void Fire() => _moved.TrySetResult();
}
