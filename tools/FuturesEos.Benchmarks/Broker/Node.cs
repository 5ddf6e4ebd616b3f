using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>One node of Apache Kafka.</summary>
internal sealed class Node(RealCluster cluster) : Contestant("Apache Kafka", cluster.BootstrapServers)
{
    public override double MemoryMiB => Programs.MemoryMiB(cluster.PidOf(1));

    public override ValueTask DisposeAsync() => cluster.DisposeAsync();

    protected override Task StopAsync() => cluster.KillAsync(1);

    protected override Task StartAsync() => cluster.BootAsync(1);
}
