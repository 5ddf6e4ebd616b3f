using FuturesEos.Contracts;

namespace FuturesEos.Tests.Conformance;

/// <summary>A record of a signal topic, as both sides get it.</summary>
internal sealed record PeerRecord(Timeframe Topic, byte[]? Key, byte[]? Value, long TimestampMs);
