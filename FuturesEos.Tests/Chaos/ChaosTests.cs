using System.Globalization;
using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Chaos;

/// <summary>
/// Three processors on three brokers, and everything done to them at once. EOS_CHAOS_SEED repeats a run (a failure names its seed),
/// EOS_CHAOS_SECONDS makes it longer than once through all faults.
/// </summary>
[Trait("Category", "Long")]
[Collection(BrokenClusterCollection.Name)]
public sealed class ChaosTests(BrokenCluster cluster, ITestOutputHelper output)
{
    [Fact]
    public async Task whatever_is_done_to_processors_brokers_and_network_each_signal_is_decided_once()
    {
        RealKafka.SkipWithout();
        var seed = Setting("EOS_CHAOS_SEED") ?? Random.Shared.Next(1, 100_000);
        var length = TimeSpan.FromSeconds(Setting("EOS_CHAOS_SECONDS") ?? 60);
        StoreKind[] stores = [StoreKind.RocksDb, StoreKind.RocksDb, StoreKind.RocksDb];
        stores[seed % stores.Length] = StoreKind.Memory;
        await using var group = new ChaosGroup(cluster, TestNames.Unique($"chaos-{seed}"), stores);
        await group.ProgressAsync();
        var run = new ChaosRun(cluster, group, seed, length);
        try
        {
            await run.RunAsync();
            await group.AssertExactlyOnceAsync();
            run.AssertInjected();
            output.WriteLine(run.Summary);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"EOS_CHAOS_SEED={seed}: {e.Message}\n{run.Summary}\n{run.Diary}\n{group.Logs}", e);
        }
    }

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
