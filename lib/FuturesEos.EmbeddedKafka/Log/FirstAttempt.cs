namespace FuturesEos.EmbeddedKafka.Log;

/// <summary>
/// The lowest sequence of an epoch with which a transaction was to be opened;
/// whether each transaction has its own epoch.
/// </summary>
internal readonly record struct FirstAttempt(short Epoch, int Sequence, bool IsEpochBumped);
