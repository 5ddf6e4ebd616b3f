using System.Diagnostics;
using FuturesEos.EmbeddedKafka;
using FuturesEos.Tests.Broker;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Network;

/// <summary>What requests cost, measured as the memory of the whole process: no other test runs beside it.</summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public class RequestMemoryTests
{
    private const string Name = "the memory of requests";
    private const int MiB = 1 << 20;

    [Fact]
    public async Task two_hundred_large_requests_cost_no_more_than_the_budget_and_a_small_one_does_not_wait()
    {
        const int Clients = 200;
        const int Budget = 16 * MiB;
        await using var broker = await BrokerForTests.StartAsync(
            folder => new EmbeddedKafkaOptions { DataFolder = folder, MaxInFlightBytes = Budget });
        var request = RequestBudgetTests.Padded(4 * MiB);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var clients = await Task.WhenAll(
            Enumerable.Range(0, Clients).Select(_ => RawClient.ConnectAsync(broker.BootstrapServers)));
        try
        {
            // all have begun before the first one ends
            const int Begun = 64 << 10;
            foreach (var client in clients) await client.SendAsync(request.AsMemory(0, Begun));
            var ends = Task.WhenAll(clients.Select(client => AskSlowlyAsync(client, request.AsMemory(Begun))));
            var (most, asked) = (0L, 0);
            using var small = await RawClient.ConnectAsync(broker.BootstrapServers);
            while (!ends.IsCompleted)
            {
                var since = Stopwatch.GetTimestamp();
                await small.SendAsync(RequestBudgetTests.Padded(1000));
                await small.ReceiveAsync();
                Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(5), "the small client waits");
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: asked++ % 20 == 0) - before);
            }

            Assert.All(await ends, Assert.NotEmpty);
            Assert.True(asked > 5, $"the small client was served {asked} times");
            // no lower bound: what an earlier test left in the pool of arrays is used again
            Assert.InRange(most, long.MinValue, Budget + (48 * MiB));
        }
        finally
        {
            foreach (var client in clients) client.Dispose();
        }
    }

    private static async Task<byte[]> AskSlowlyAsync(RawClient client, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(bytes.Length, 64 << 10)];
            await client.SendAsync(piece);
            bytes = bytes[piece.Length..];
            await Task.Yield();
        }

        return await client.ReceiveAsync();
    }
}
