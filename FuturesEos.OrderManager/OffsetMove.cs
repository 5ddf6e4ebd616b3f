namespace FuturesEos.OrderManager;

/// <summary>A partition's next offset, from what the ledger must hold to what it shall hold.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Expected">None: there must be no row yet.</param>
/// <param name="Next">Offset after the last record taken.</param>
internal readonly record struct OffsetMove(int Partition, long? Expected, long Next);
