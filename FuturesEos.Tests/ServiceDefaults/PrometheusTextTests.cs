using System.Diagnostics.Metrics;
using FuturesEos.ServiceDefaults.Telemetry;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

public class PrometheusTextTests
{
    [Fact]
    public void instruments_are_written_by_the_rules_of_the_convention()
    {
        using var meter = new Meter("FuturesEos.PrometheusTextTests");
        using var text = new PrometheusText();
        meter.CreateCounter<long>("eos.transactions", "{transaction}", "transactions by outcome")
            .Add(2, new KeyValuePair<string, object?>("outcome", "commit\"ted"));
        meter.CreateUpDownCounter<long>("eos.tasks", "{task}").Add(3);
        meter.CreateObservableGauge("eos.stream_time.lag", () => 1.5, "s");
        meter.CreateHistogram<double>("eos.transaction.duration", "s").Record(0.02);

        var lines = text.Write().Split('\n');

        Assert.Contains("eos_transactions_total{outcome=\"commit\\\"ted\"} 2", lines);
        Assert.Contains("eos_tasks 3", lines);
        Assert.Contains("eos_stream_time_lag_seconds 1.5", lines);
        Assert.Contains("# TYPE eos_transaction_duration_seconds histogram", lines);
        Assert.Contains("eos_transaction_duration_seconds_bucket{le=\"0.01\"} 0", lines);
        Assert.Contains("eos_transaction_duration_seconds_bucket{le=\"0.025\"} 1", lines);
        Assert.Contains("eos_transaction_duration_seconds_bucket{le=\"+Inf\"} 1", lines);
        Assert.Contains("eos_transaction_duration_seconds_count 1", lines);
    }
}
