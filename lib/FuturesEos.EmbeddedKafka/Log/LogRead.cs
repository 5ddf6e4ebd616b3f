using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// What a fetch of one partition gets. Dispose once the answer is sent: the bytes lie in a shared buffer.
/// </summary>
internal sealed class LogRead : IDisposable
{
    private byte[]? _rented;
    private ReadGrant? _grant;
    private int _share;

    public KafkaError Error { get; init; }

    public long HighWatermark { get; init; }

    public long LastStableOffset { get; init; }

    public long LogStartOffset { get; init; }

    /// <summary>Whole batches, the first of which holds the offset asked for.</summary>
    public ReadOnlyMemory<byte> Records { get; private init; }

    /// <summary>For read_committed: the aborted transactions among the records; null for read_uncommitted.</summary>
    public IReadOnlyList<AbortedTransaction>? Aborted { get; init; }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is not { } buffer)
            return;
        PooledBytes.Return(buffer);
        _grant?.Return(_share);
    }

    internal LogRead With(
        byte[] rented,
        ReadOnlyMemory<byte> records,
        IReadOnlyList<AbortedTransaction>? aborted,
        ReadGrant? grant,
        int share) => new()
        {
            Error = Error,
            HighWatermark = HighWatermark,
            LastStableOffset = LastStableOffset,
            LogStartOffset = LogStartOffset,
            Aborted = aborted,
            Records = records,
            _rented = rented,
            _grant = grant,
            _share = share,
        };
}
