using System.Diagnostics;
using System.Diagnostics.Metrics;
using FuturesEos.ServiceDefaults.Telemetry;

namespace FuturesEos.SignalGenerator;

/// <summary>Spans and instruments of the generator. A signal's trace begins here.</summary>
internal static class GeneratorTelemetry
{
    public const string Name = "FuturesEos.SignalGenerator";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    public static readonly Counter<long> Sent = Meter.CreateCounter<long>(
        "messaging.client.sent.messages", "{message}", "Signals acknowledged by all in-sync replicas");

    /// <summary>
    /// From the call to the delivery report; null, at the price of one comparison, while nobody listens.
    /// </summary>
    public static Activity? Send(string topic)
    {
        if (!Source.HasListeners()) return null;
        var around = Activity.Current;
        var activity =
            Source.StartActivity(ActivityKind.Producer, tags: Messaging.Tags("send", topic), name: "send " + topic);
        Activity.Current = around; // it ends on another thread, and is not around what comes next
        return activity;
    }
}
