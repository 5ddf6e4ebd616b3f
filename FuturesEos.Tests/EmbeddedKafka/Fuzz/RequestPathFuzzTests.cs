using System.Diagnostics;
using FuturesEos.EmbeddedKafka;
using FuturesEos.KafkaProtocol;
using FuturesEos.Tests.EmbeddedKafka.Network;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Fuzz;

/// <summary>
/// Hostile requests through the real socket server to every handler, with a healthy client beside them. What is measured is
/// the whole process: no other test runs beside it. A failure names its seed; <c>EOS_FUZZ_SEED</c> and
/// <c>EOS_FUZZ_SECONDS</c> take another beginning and another length.
/// </summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public class RequestPathFuzzTests(ITestOutputHelper output)
{
    private const string Name = "hostile requests";
    private const int HostileClients = 6;
    private const int RequestsAtOnce = 4;
    private const int ConnectionsMax = 60;

    // a join that waits for others may have been left behind with a timeout of days
    private const int ConnectionsFree = 50;
    private const long MiB = 1 << 20;
    private const long KeptBytesMost = 96 * MiB;
    private const int ThreadsMost = 48;

    [Fact]
    public Task hostile_requests_harm_nobody_but_their_senders() => RunAsync(Seconds(4));

    [Fact]
    [Trait("Category", "Long")]
    public Task minutes_of_hostile_requests_harm_nobody_but_their_senders() => RunAsync(Seconds(180));

    private static int Seconds(int otherwise) => FromEnvironment("EOS_FUZZ_SECONDS", otherwise);

    private static int FromEnvironment(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), out var number) ? number : otherwise;

    private async Task RunAsync(int seconds)
    {
        using var folder = new TemporaryFolder("fuzz");
        var log = new LogCapture(LogLevel.Error);
        using var loggers = LoggerFactory.Create(builder => builder.AddProvider(log));
        var options = new EmbeddedKafkaOptions
        {
            DataFolder = folder.Path,
            MaxConnections = ConnectionsMax,
            MaxPartitions = 200,
            MaxInFlightBytes = 32 << 20,
            GroupMinSessionTimeout = TimeSpan.FromMilliseconds(100),
        };
        HealthyClient healthy;
        var (threads, kept) = (Process.GetCurrentProcess().Threads.Count, GC.GetTotalMemory(forceFullCollection: true));
        await using (var broker = await EmbeddedKafkaHost.StartAsync(options, loggers))
        {
            healthy = new HealthyClient(broker.BootstrapServers);
            await healthy.PrepareAsync();
            await HostileClient.PrepareAsync(broker.BootstrapServers);
            await MeetAsync(broker.BootstrapServers, healthy, seconds);
            await AllPlacesAreFreeAsync(broker.BootstrapServers);
            var atOnce = Held();
            await Eventually.True(() => Held() <= KeptBytesMost, Deadline.InSeconds(150), "memory is given back");
            var threadsMore = Process.GetCurrentProcess().Threads.Count - threads;
            output.WriteLine($"{atOnce / MiB} MiB kept at first, then {Held() / MiB}; {threadsMore} threads more");
        }

        // the healthy client's librdkafka threads have ended with it
        Assert.InRange(Process.GetCurrentProcess().Threads.Count - threads, int.MinValue, ThreadsMost);
        Assert.Empty(log.Lines);
        await using var again = await EmbeddedKafkaHost.StartAsync(options, loggers);
        healthy.AssertAllThere(again.BootstrapServers);
        Assert.Empty(log.Lines);

        // the pool of arrays lets go of what was not used for a minute, when memory is collected
        long Held() => GC.GetTotalMemory(forceFullCollection: true) - kept;
    }

    private async Task MeetAsync(string servers, HealthyClient healthy, int seconds)
    {
        using var stop = new CancellationTokenSource();
        var working = Task.Run(() => healthy.RunAsync(stop.Token));
        await Eventually.True(() => healthy.Rounds > 0 || working.IsCompleted);
        var since = Stopwatch.GetTimestamp();
        stop.CancelAfter(TimeSpan.FromSeconds(seconds));
        var seen = new ValuesSeen();
        var first = FromEnvironment("EOS_FUZZ_SEED", 1);
        var clients = Enumerable.Range(first, HostileClients)
            .Select(seed => (Seed: seed, Client: new HostileClient(servers, seen))).ToList();
        await Task.WhenAll(clients.Select(c => Task.Run(() => AttackAsync(c.Client, c.Seed, seen, stop.Token))));
        await working;
        var sent = clients.Sum(c => c.Client.Sent);
        var answered = clients.SelectMany(c => c.Client.Answered).ToLookup(a => a.Key, a => a.Value);
        output.WriteLine(
            $"{sent} requests, {sent / Stopwatch.GetElapsedTime(since).TotalSeconds:0}/s; {answered.Sum(a => a.Sum())} answered, "
            + $"{clients.Sum(c => c.Client.Closed)} connections closed, {clients.Sum(c => c.Client.Parked)} left; "
            + $"healthy: {healthy.Rounds} rounds, the slowest {healthy.Slowest.TotalMilliseconds:0} ms");
        output.WriteLine(string.Join(", ", answered.Select(a => $"{a.Key} {a.Sum()}").Order()));
        Assert.Equal([], Enum.GetValues<ApiKey>().Where(key => !answered.Contains(key)));
        Assert.InRange(healthy.Slowest, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        clients.ForEach(c => c.Client.Dispose());
    }

    private static async Task AttackAsync(HostileClient client, int seed, ValuesSeen seen, CancellationToken stop)
    {
        var random = new Random(seed);
        try
        {
            foreach (var (_, bytes) in Corpus.Requests.Where((_, i) => i % HostileClients == seed % HostileClients))
                await client.SendAsync([bytes]);
            while (!stop.IsCancellationRequested)
                await client.SendAsync([.. Enumerable.Range(0, RequestsAtOnce).Select(_ => NastyRequest.Of(random, seen))]);
        }
        catch (Exception wrong)
        {
            Assert.Fail($"seed {seed}, after {client.Sent} requests: {wrong}");
        }
    }

    /// <summary>Thousands of connections were closed or left behind: they have given their places back.</summary>
    private static async Task AllPlacesAreFreeAsync(string servers)
    {
        await Eventually.True(async () =>
        {
            var clients = new List<RawClient>();
            try
            {
                for (var i = 0; i < ConnectionsFree; i++)
                {
                    var client = await RawClient.ConnectAsync(servers);
                    clients.Add(client);
                    await client.SendAsync(HostileClientTests.Versions(i));
                    await client.ReceiveAsync();
                }

                return true;
            }
            catch (Exception refused) when (refused is EndOfStreamException or System.Net.Sockets.SocketException)
            {
                return false;
            }
            finally
            {
                clients.ForEach(client => client.Dispose());
            }
        });
    }
}
