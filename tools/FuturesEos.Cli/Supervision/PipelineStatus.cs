namespace FuturesEos.Cli.Supervision;

/// <summary>The whole pipeline, as <c>eos status --json</c> prints it.</summary>
/// <param name="BootstrapServers">Kafka brokers.</param>
/// <param name="Processes">In the order broker, postgres, generator, processor, orders, relay.</param>
internal sealed record PipelineStatus(string BootstrapServers, IReadOnlyList<ProcessStatus> Processes);
