using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Cli.Pipeline;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Support;

/// <summary>One engine under measurement, in a process of its own; all are measured by the same ruler.</summary>
internal sealed class Engine(Process process, KafkaSettings kafka, string topic) : IAsyncDisposable
{
    private const int Partitions = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Where its decisions come out.</summary>
    public string Topic => topic;

    /// <summary>Largest resident set so far, MiB.</summary>
    public double PeakMemoryMiB => Programs.PeakMemoryMiB(process);

    /// <summary>Starts our processor at 100 ms commits, one thread, RocksDB.</summary>
    public static Engine StartOurs(KafkaSettings kafka, string name, string folder) => new(
        Programs.Start(
            Installation.Executable("FuturesEos.SignalProcessor"), Path.Combine(folder, name + ".log"),
            ["--bootstrap-servers", kafka.BootstrapServers, "--application-id", name, "--output-prefix", name,
                "--state-dir", Path.Combine(folder, name), "--commit-interval", "100ms"]),
        kafka, name + ".decisions");

    /// <summary>Waits for so many committed decisions.</summary>
    public async Task<Drain> DrainAsync(long expected)
    {
        using (var admin = new AdminClientBuilder(kafka.Admin()).Build())
        {
            await Waiting.ForAsync(
                () => admin.GetMetadata(TimeSpan.FromSeconds(2)).Topics.Any(t => t.Topic == topic), topic);
        }

        return await Task.Run(() => Drain.Measure(kafka, topic, Partitions, expected, Patience, process));
    }

    public async ValueTask DisposeAsync()
    {
        await Programs.StopAsync(process);
        process.Dispose();
    }
}
