using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FuturesEos.OrderManager;

/// <summary>Instruments and spans of the order manager.</summary>
internal static class OrderTelemetry
{
    public const string Name = "FuturesEos.OrderManager";

    public static readonly ActivitySource Source = new(Name);

    private static readonly Meter Meter = new(Name);
    private static long SlotRetainedBytes;
    private static long SlotsLost;

    public static readonly Counter<long> Consumed = Meter.CreateCounter<long>(
        "messaging.client.consumed.messages", "{message}", "Decisions taken");

    public static readonly Counter<long> Orders = Meter.CreateCounter<long>("eos.orders", "{order}",
        "Orders committed");

    public static readonly Counter<long> Replayed = Meter.CreateCounter<long>(
        "eos.orders.replayed", "{order}", "Orders that were there already, with the same contents");

    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "eos.dead_letters", "{record}", "Records that are no decisions");

    public static readonly Counter<long> Conflicts = Meter.CreateCounter<long>(
        "eos.offset.conflicts", "{conflict}", "Batches dropped because another instance had moved on");

    public static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "eos.transaction.duration", "s", "One database transaction of a batch",
        advice: new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries =
            [.005, .01, .025, .05, .075, .1, .25, .5, 1, 2.5, 5, 10]
        });

    static OrderTelemetry()
    {
        Meter.CreateObservableGauge(
            "eos.replication_slot.retained", () => Interlocked.Read(ref SlotRetainedBytes), "By",
            "Log that PostgreSQL keeps for the slot");
        Meter.CreateObservableGauge("eos.replication_slot.lost", () => Interlocked.Read(ref SlotsLost), "{slot}",
            "1: the slot is not there, or PostgreSQL gave up log that it had not read");
    }

    public static void Slot(long retainedBytes, bool isLost)
    {
        Interlocked.Exchange(ref SlotRetainedBytes, retainedBytes);
        Interlocked.Exchange(ref SlotsLost, isLost ? 1 : 0);
    }
}
