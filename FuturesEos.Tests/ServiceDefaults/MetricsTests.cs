using System.Diagnostics.Metrics;
using FuturesEos.Streams;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>What Prometheus is given.</summary>
public sealed class MetricsTests
{
    [Fact]
    public async Task instruments_are_named_by_the_convention_and_carry_their_own_labels_only()
    {
        await using var service = await ServedDefaults.StartAsync();
        using var meter = new Meter("FuturesEos.MetricsTests");
        meter.CreateCounter<long>("metrics_test.transactions", "{transaction}", "transactions by outcome")
            .Add(2, new KeyValuePair<string, object?>("outcome", "commit\"ted"));
        meter.CreateUpDownCounter<long>("metrics_test.tasks", "{task}")
            .Add(3, new KeyValuePair<string, object?>("state", "running"));
        meter.CreateObservableGauge(
            "metrics_test.lag", () => new Measurement<double>(1.5, new KeyValuePair<string, object?>("a", "b")), "s");
        var lines = (await service.Http.GetStringAsync("/metrics")).Split('\n');
        Assert.Contains("metrics_test_transactions_total{outcome=\"commit\\\"ted\"} 2", lines);
        Assert.Contains("metrics_test_tasks{state=\"running\"} 3", lines);
        Assert.Contains("metrics_test_lag_seconds{a=\"b\"} 1.5", lines);
        Assert.Contains(lines, line => line.StartsWith("process_memory_usage_bytes", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("dotnet_gc_collections_total", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("/health", StringComparison.Ordinal)
            && line.StartsWith("http_server_request_duration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task a_histogram_has_buckets_for_what_it_measures()
    {
        await using var service = await ServedDefaults.StartAsync();
        StreamsTelemetry.Committed(TimeSpan.FromMilliseconds(20), 1_500);
        StreamsTelemetry.Restored(1, TimeSpan.FromSeconds(45));
        var text = await service.Http.GetStringAsync("/metrics");
        foreach (var bucket in (string[])[
            "eos_transaction_records_bucket{le=\"2500\"}", "eos_restore_duration_seconds_bucket{le=\"60\"}",
            "eos_transaction_duration_seconds_bucket{outcome=\"committed\",le=\"0.025\"}"])
        {
            var line = Assert.Single(
                text.Split('\n'), line => line.StartsWith(bucket, StringComparison.Ordinal));
            Assert.NotEqual("0", line.Split(' ')[^1]);
        }
    }
}
