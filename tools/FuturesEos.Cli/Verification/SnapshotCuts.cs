using Confluent.Kafka;

namespace FuturesEos.Cli.Verification;

/// <summary>What was there when the check began: all of that has to be through.</summary>
/// <param name="Offsets">Of signals and decisions: below these, the next stage has had its time.</param>
/// <param name="Events">Rows of the outbox that the relay has had its time for, and whose event had not come.</param>
internal sealed record SnapshotCuts(Dictionary<TopicPartition, long> Offsets, HashSet<Guid> Events);
