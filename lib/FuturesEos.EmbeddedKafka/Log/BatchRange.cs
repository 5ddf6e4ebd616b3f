using FuturesEos.KafkaProtocol.Records;

namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Which of the bytes read from a segment a fetch gets: whole batches from its offset up to a bound and a size.
/// </summary>
internal readonly record struct BatchRange(int Start, int Length, long NextOffset)
{
    /// <summary>
    /// Size of the batch at <see cref="Start"/> when it was cut short; 0 when not even its size is there.
    /// </summary>
    public int SizeNeeded { get; init; }

    /// <summary>The batch at <see cref="Start"/> is known to be one the fetch asks for.</summary>
    public bool IsWanted { get; init; }

    /// <summary>The first batch at or after the offset lies at the bound: there is nothing to give.</summary>
    public bool IsAtBound { get; init; }

    public static BatchRange Of(ReadOnlySpan<byte> bytes, long offset, long bound, int maxBytes, bool isOneBatchSure)
    {
        var (start, length, next) = (0, 0, -1L);
        var rest = bytes;
        while (RecordBatch.TryTake(ref rest, out var batch))
        {
            if (batch.NextOffset <= offset)
            {
                start += batch.Size;
                continue;
            }

            if (batch.BaseOffset >= bound)
                return new(start, length, next) { IsAtBound = true };
            if (length + batch.Size > maxBytes && (length > 0 || !isOneBatchSure))
                return new(start, length, next) { SizeNeeded = batch.Size, IsWanted = true };
            length += batch.Size;
            next = batch.NextOffset;
        }

        var isHeaderThere = rest.Length >= RecordBatch.HeaderSize;
        return new(start, length, next)
        {
            SizeNeeded = RecordBatch.SizeOf(rest),
            IsWanted = isHeaderThere && new RecordBatch(rest).NextOffset > offset,
        };
    }
}
