namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>The simulated process died here; nothing of it may go on.</summary>
internal sealed class BrokerKilledException : Exception;
