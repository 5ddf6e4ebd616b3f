using FuturesEos.Contracts;

namespace FuturesEos.Cli.Chaos;

/// <summary>A record on its way to the topic of a timeframe.</summary>
/// <param name="Timeframe">Which topic.</param>
/// <param name="Key">Its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="TimestampMs">Its timestamp, epoch milliseconds.</param>
internal sealed record OutgoingSignal(Timeframe Timeframe, byte[] Key, byte[] Value, long TimestampMs);
