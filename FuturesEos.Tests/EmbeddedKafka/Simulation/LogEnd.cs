namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>How long a log was at some moment, and of which topic: one made again begins anew.</summary>
internal readonly record struct LogEnd(Guid Topic, long Offset);
