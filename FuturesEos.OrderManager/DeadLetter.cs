namespace FuturesEos.OrderManager;

/// <summary>A record that is no decision: kept byte for byte with where it came from and why.</summary>
internal sealed record DeadLetter(int Partition, long Offset, byte[]? Key, byte[]? Value, string Reason);
