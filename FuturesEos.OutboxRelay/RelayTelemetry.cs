using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FuturesEos.OutboxRelay;

/// <summary>Instruments and spans of the relay.</summary>
internal static class RelayTelemetry
{
    public const string Name = "FuturesEos.OutboxRelay";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);
    private static long RetainedBytes;
    private static double LagSeconds;

    public static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Order events committed to Kafka");

    public static readonly Counter<long> Transactions = Meter.CreateCounter<long>(
        "eos.transactions", "{transaction}", "Kafka transactions by outcome");

    public static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "eos.transaction.duration", "s", "From the first row of a Kafka transaction to its commit",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
            [.005, .01, .025, .05, .075, .1, .25, .5, 1, 2.5, 5, 10]
        });

    static RelayTelemetry()
    {
        Meter.CreateObservableGauge("eos.replication_slot.retained", () => Interlocked.Read(ref RetainedBytes), "By",
            "Log that PostgreSQL keeps for the slot");
        Meter.CreateObservableGauge("eos.outbox.lag", () => Volatile.Read(ref LagSeconds), "s",
            "From a row's commit in PostgreSQL to its commit in Kafka, of the newest row");
    }

    public static void Retained(long bytes) => Interlocked.Exchange(ref RetainedBytes, bytes);

    public static void Lag(TimeSpan lag) => Volatile.Write(ref LagSeconds, lag.TotalSeconds);
}
