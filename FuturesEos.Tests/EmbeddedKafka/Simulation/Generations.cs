using FuturesEos.KafkaProtocol;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// What members of the group were told: one generation counts at a time, and of it each partition has one owner.
/// </summary>
internal sealed class Generations(SimulationRun run)
{
    private readonly Dictionary<string, (int Generation, byte[] Partitions)> _owners = [];

    /// <summary>The newest that somebody was told of.</summary>
    public int Newest { get; private set; }

    /// <summary>
    /// When a member of a generation that was kept was last told that it is one, in milliseconds since 1970. Of one that
    /// was never formed a start knows nothing.
    /// </summary>
    public long LastSeen { get; private set; }

    public void Joined(int generation) => Newest = Math.Max(Newest, generation);

    /// <summary>
    /// A start forgets a generation that was never formed, as Kafka does; members of one whose record only the memory
    /// had must join again.
    /// </summary>
    public void Restart(int kept)
    {
        Newest = kept;
        foreach (var member in _owners.Keys.Where(m => _owners[m].Generation != kept).ToList()) _owners.Remove(member);
    }

    public void Owns(string member, int generation, byte[] partitions)
    {
        foreach (var (other, theirs) in _owners)
        {
            if (other != member && theirs.Generation == generation && theirs.Partitions.Intersect(partitions).Any())
                run.Fail($"{member} and {other} own the same partition in generation {generation}");
        }

        _owners[member] = (generation, partitions);
    }

    /// <summary>
    /// Positions were committed in the name of a generation; with fsync = always that is answered later than it is
    /// judged.
    /// </summary>
    public void CheckCommit(string what, int generation, KafkaError answer)
    {
        if (answer == KafkaError.None && !run.IsForced) Check(what, generation, answer);
    }

    /// <summary>Something was asked in the name of a generation, and answered at once.</summary>
    public void Check(string what, int generation, KafkaError answer)
    {
        if (answer == KafkaError.None && generation == run.Witness.Positions.Generation)
            LastSeen = run.Time.GetUtcNow().ToUnixTimeMilliseconds();
        if (generation >= 0 && generation < Newest && answer is KafkaError.None or KafkaError.RebalanceInProgress)
            run.Fail($"{what} of generation {generation} is answered {answer} while {Newest} is the newest");
    }
}
