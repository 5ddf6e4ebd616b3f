using System.Buffers;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// What a fetch of one partition gets. Dispose once the answer is sent: the bytes lie in a shared buffer.
/// </summary>
internal sealed class LogRead : IDisposable
{
    private byte[]? _rented;

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
        if (Interlocked.Exchange(ref _rented, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    internal LogRead With(byte[] rented, int start, int length, IReadOnlyList<AbortedTransaction>? aborted) => new()
    {
        Error = Error,
        HighWatermark = HighWatermark,
        LastStableOffset = LastStableOffset,
        LogStartOffset = LogStartOffset,
        Aborted = aborted,
        Records = rented.AsMemory(start, length),
        _rented = rented,
    };
}
