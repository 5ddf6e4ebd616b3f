using FuturesEos.Cli.Reading;

namespace FuturesEos.Cli.Wire;

/// <summary>A record, or a transaction's marker, as it lies in the log.</summary>
/// <param name="Record">The record; a marker has neither key nor value here.</param>
/// <param name="ProducerId">Who wrote it; −1 when it says nothing.</param>
/// <param name="ProducerEpoch">The producer's epoch.</param>
/// <param name="IsTransactional">Whether it belongs to a transaction.</param>
/// <param name="Marker">commit or abort when this is a marker.</param>
internal sealed record LoggedRecord(
    CommittedRecord Record, long ProducerId, short ProducerEpoch, bool IsTransactional, string? Marker)
{
    /// <summary>committed, aborted or open; a marker: commit or abort.</summary>
    public string State { get; set; } = Marker ?? (IsTransactional ? "open" : "committed");
}
