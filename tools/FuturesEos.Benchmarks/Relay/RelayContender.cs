using System.Diagnostics;
using FuturesEos.Benchmarks.Support;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Benchmarks.Relay;

/// <summary>One of the two at work; both are measured by the same ruler.</summary>
/// <param name="process">Whose memory counts.</param>
/// <param name="kafka">The brokers.</param>
/// <param name="postgres">The database, as its owner.</param>
/// <param name="topic">Where its events come out.</param>
/// <param name="stop">Ends its work.</param>
internal sealed class RelayContender(
    Process process, KafkaSettings kafka, string postgres, string topic, Func<Task> stop) : IAsyncDisposable
{
    private const int Partitions = 3;
    private const int LiveRate = 200;
    private const int LiveSeconds = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Rows that the measurement of the latency writes.</summary>
    public static int LiveRows => LiveRate * LiveSeconds;

    /// <summary>Drains what is there, then takes live rows.</summary>
    public async Task<Round> MeasureAsync(int rows)
    {
        var drain = await Task.Run(() => Drain.Measure(kafka, topic, Partitions, rows, Patience, process));
        var latencies = await LiveRowsRun.MeasureAsync(kafka, postgres, topic, Partitions, LiveRate, LiveRows);
        return new Round(
            drain.PerSecond,
            Figures.Percentile(latencies, 50),
            Figures.Percentile(latencies, 99),
            Programs.PeakMemoryMiB(process));
    }

    public async ValueTask DisposeAsync() => await stop();
}
