using Confluent.Kafka;

namespace FuturesEos.Streams.Testing;

/// <summary>A record that a processor emitted.</summary>
/// <param name="Topic">Where to.</param>
/// <param name="Key">Its key, or null.</param>
/// <param name="Value">Its value, or null.</param>
/// <param name="TimestampMs">Its timestamp, ms since the epoch.</param>
/// <param name="Headers">Its headers, or null.</param>
public sealed record TestOutput(string Topic, byte[]? Key, byte[]? Value, long TimestampMs, Headers? Headers);
