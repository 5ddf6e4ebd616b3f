namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Lowest sequence with which a producer tried to open a transaction in a partition: Kafka's verification entries. Only in
/// memory, and bounded: who is forgotten loses a check that clients in order never meet.
/// </summary>
internal sealed class FirstAttempts
{
    private const int Most = 10_000;

    private readonly Dictionary<long, (short Epoch, int Sequence)> _lowest = [];

    public void Note(long producerId, short epoch, int sequence)
    {
        if (_lowest.TryGetValue(producerId, out var known) && (epoch < known.Epoch || (epoch == known.Epoch && sequence >= known.Sequence)))
            return;
        if (_lowest.Count >= Most)
            _lowest.Clear();
        _lowest[producerId] = (epoch, sequence);
    }

    public int? Lowest(long producerId) => _lowest.TryGetValue(producerId, out var known) ? known.Sequence : null;

    public void Forget(long producerId) => _lowest.Remove(producerId);
}
