namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// Lowest sequence with which a producer tried to open a transaction in a partition: Kafka's verification entries. Only
/// in memory, and bounded: who is forgotten loses a check that clients in order never meet.
/// </summary>
internal sealed class FirstAttempts
{
    private const int Most = 10_000;

    private readonly Dictionary<long, FirstAttempt> _lowest = [];

    public void Note(long producerId, short epoch, int sequence, bool isEpochBumped)
    {
        var isKnown = _lowest.TryGetValue(producerId, out var known);
        if (isKnown && (epoch < known.Epoch || (epoch == known.Epoch && sequence >= known.Sequence)))
            return;
        if (_lowest.Count >= Most)
            _lowest.Clear();
        _lowest[producerId] = new(epoch, sequence, isKnown ? known.IsEpochBumped : isEpochBumped);
    }

    public FirstAttempt? Find(long producerId) => _lowest.TryGetValue(producerId, out var known) ? known : null;

    public void Forget(long producerId) => _lowest.Remove(producerId);

    /// <summary>After a marker; a bumped epoch is the next transaction's, whose attempts are kept.</summary>
    public void Forget(long producerId, short markerEpoch)
    {
        if (Find(producerId) is not { IsEpochBumped: true } attempt || attempt.Epoch != markerEpoch)
            Forget(producerId);
    }
}
