namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Exact places of the newest batches: readers at the end, which are most, need no index and no search on disk.
/// </summary>
internal sealed class RecentBatches
{
    private const int Count = 64;
    private readonly (Segment? Segment, long BaseOffset, long NextOffset, int Position)[] _places =
        new (Segment?, long, long, int)[Count];
    private int _next;

    public void Add(Segment segment, long baseOffset, long nextOffset, int position)
    {
        _places[_next] = (segment, baseOffset, nextOffset, position);
        _next = (_next + 1) % Count;
    }

    /// <summary>
    /// Position of the batch that holds <paramref name="offset"/> in <paramref name="segment"/>;
    /// -1 when it is not known.
    /// </summary>
    public int Find(Segment segment, long offset)
    {
        for (var back = 1; back <= Count; back++)
        {
            ref readonly var place = ref _places[(_next - back + Count) % Count];
            if (place.Segment == segment && place.BaseOffset <= offset)
                return offset < place.NextOffset ? place.Position : -1;
        }

        return -1;
    }

    public void Clear() => Array.Clear(_places);
}
