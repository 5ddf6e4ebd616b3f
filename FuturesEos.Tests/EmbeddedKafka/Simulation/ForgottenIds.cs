using FuturesEos.EmbeddedKafka.Transactions;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>Follows transactional ids from look to look: none may be forgotten before its time.</summary>
internal sealed class ForgottenIds(SimulationRun run)
{
    private readonly Dictionary<string, (long Producer, short Epoch, TimeSpan? UsedSince)> _known = [];
    private TimeSpan _lastLook;

    /// <summary>A start may find older states than were seen: with fsync = always not all were on the disk.</summary>
    public void Restart() => _known.Clear();

    public void Follow(IReadOnlyList<TransactionDescription> found)
    {
        foreach (var (id, known) in _known.ToList())
        {
            if (!found.Any(t => t.TransactionalId == id && t.ProducerId == known.Producer)) Forget(id, known.UsedSince);
        }

        foreach (var now in found)
        {
            var isKnown = _known.TryGetValue(now.TransactionalId, out var before);
            TimeSpan? used = Witness.IsRunning(now) ? run.Time.Elapsed
                : isKnown && before.Epoch == now.ProducerEpoch ? before.UsedSince
                : isKnown ? _lastLook
                : null;
            _known[now.TransactionalId] = (now.ProducerId, now.ProducerEpoch, used);
        }

        _lastLook = run.Time.Elapsed;
    }

    /// <summary>It was in use at <paramref name="usedSince"/> or later; null where that is not known.</summary>
    private void Forget(string id, TimeSpan? usedSince)
    {
        _known.Remove(id);
        run.Chaos.OnIdForgotten();
        var unused = run.Time.Elapsed - usedSince;
        if (!run.HasExpiry || unused < SimulatedBroker.Expiration)
            run.Fail($"{id} is forgotten {unused?.TotalMilliseconds} ms after it was used");
    }
}
