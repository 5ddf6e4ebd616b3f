namespace FuturesEos.Streams.Transactions;

/// <summary>
/// How to tell that a client may have sent a request twice: librdkafka repeats one whose connection broke by itself,
/// and tells nobody; it waits its back-off first. FuturesEos.OutboxRelay compiles this file too.
/// </summary>
internal static class RequestRepetition
{
    /// <summary>
    /// Of a transactional producer (<c>retry.backoff.ms</c>). Not shorter: the pauses of a busy machine would pass for
    /// repetitions.
    /// </summary>
    public static readonly TimeSpan Backoff = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A call answered within this was asked once: the client's back-off before a repetition is longer, its jitter of a
    /// fifth taken off.
    /// </summary>
    public static readonly TimeSpan AskedOnce = Backoff * 0.75;
}
