using FuturesEos.Benchmarks.Support;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>One node of Apache Kafka.</summary>
internal sealed record Node(RealCluster Cluster) : Contestant("Apache Kafka", Cluster.BootstrapServers)
{
    public override double MemoryMiB => Programs.MemoryMiB(Cluster.PidOf(1));

    public override ValueTask DisposeAsync() => Cluster.DisposeAsync();

    protected override Task StopAsync() => Cluster.KillAsync(1);

    protected override Task StartAsync() => Cluster.BootAsync(1);
}
