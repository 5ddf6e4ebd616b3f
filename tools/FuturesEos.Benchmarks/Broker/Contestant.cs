using System.Diagnostics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Benchmarks.Broker;

/// <summary>A broker under measurement: what is done with it is the same for all.</summary>
internal abstract class Contestant(string name, string servers) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>As it is printed.</summary>
    public string Name => name;

    /// <summary>Where it listens.</summary>
    public string Servers => servers;

    /// <summary>Resident set now, MiB.</summary>
    public abstract double MemoryMiB { get; }

    /// <summary>
    /// Starts it again on its data and tells how long it took until a client was told of the broker, ms.
    /// </summary>
    public async Task<double> RestartAsync()
    {
        await StopAsync();
        var clock = Stopwatch.StartNew();
        var starting = StartAsync();
        await AnswersAsync();
        var took = clock.Elapsed.TotalMilliseconds;
        await starting;
        return took;
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>Kills it; its data stays.</summary>
    protected abstract Task StopAsync();

    /// <summary>Starts it on its data.</summary>
    protected abstract Task StartAsync();

    /// <summary>Waits until a client is told of the broker.</summary>
    protected async Task AnswersAsync()
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < Patience; await Task.Delay(5))
        {
            try
            {
                await using var connection = await KafkaConnection.ConnectAsync(
                    Servers, "bench", TimeSpan.FromSeconds(5));
                var found = await connection.SendAsync<MetadataRequest, MetadataResponse>(new() { Topics = [] });
                if (found.Brokers.Length > 0) return;
            }
            catch (Exception notYet) when (
                notYet is IOException or System.Net.Sockets.SocketException or TimeoutException)
            {
                // not up yet
            }
        }

        throw new TimeoutException($"{Name} does not answer after {Patience.TotalSeconds:0} s");
    }
}
