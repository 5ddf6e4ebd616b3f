using System.Diagnostics;
using System.Net;
using System.Text.Json;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Health;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>What probes are told.</summary>
public sealed class HealthTests
{
    [Fact]
    public async Task a_service_is_alive_while_its_loop_turns_and_healthy_while_it_does_its_work()
    {
        var clock = new FakeTimeProvider();
        await using var service = await ServedDefaults.StartAsync(clock);
        var (http, health) = (service.Http, service.Health);

        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, "unhealthy", "starting");
        health.Ready();
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.OK, "ok", "running");
        health.Degraded("rebalancing"); // not taken out of service for that
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.OK, "degraded", "rebalancing");
        health.NotReady("waiting for Kafka: \"gone\"");
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, "unhealthy", "waiting for Kafka: \"g");
        health.Ready();
        clock.Advance(ServiceHealth.HeartbeatLimit);
        await AssertAsync(
            HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, "unhealthy",
            "running, and the loop has not turned for 60 s");
        health.Beat();
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.OK, "ok", "running");
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);

        async Task AssertAsync(HttpStatusCode alive, HttpStatusCode healthy, string status, string state)
        {
            Assert.Equal(alive, (await http.GetAsync("/alive")).StatusCode);
            var answer = await http.GetAsync("/health");
            Assert.Equal(healthy, answer.StatusCode);
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(status, body.RootElement.GetProperty("status").GetString());
            Assert.StartsWith(state, body.RootElement.GetProperty("state").GetString());
        }
    }

    [Fact]
    public async Task a_broker_that_does_not_answer_is_said_within_seconds_and_is_no_reason_to_restart()
    {
        var nobody = $"127.0.0.1:{FreePort.Choose()}";
        await using var service = await ServedDefaults.StartAsync(kafka: nobody);
        service.Health.Ready();
        var began = Stopwatch.GetTimestamp();
        using var answer = await service.Http.GetAsync("/health");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var checks = body.RootElement.GetProperty("checks");
        Assert.Equal("ok", checks.GetProperty("work").GetProperty("status").GetString());
        Assert.StartsWith(
            $"waiting for Kafka at {nobody}", checks.GetProperty("kafka").GetProperty("state").GetString());
        Assert.StartsWith("waiting for Kafka", body.RootElement.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.OK, (await service.Http.GetAsync("/alive")).StatusCode);
        Assert.True(Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task the_check_of_kafka_asks_for_metadata_and_makes_no_topic()
    {
        await using var broker = new EmbeddedBroker();
        await broker.InitializeAsync();
        await using var service = await ServedDefaults.StartAsync(kafka: broker.BootstrapServers);
        service.Health.Ready();
        await Eventually.True(async () => (await service.Http.GetAsync("/health")).IsSuccessStatusCode);
        using var admin = new Confluent.Kafka.AdminClientBuilder(
            new Confluent.Kafka.AdminClientConfig { BootstrapServers = broker.BootstrapServers }).Build();
        Assert.DoesNotContain(
            admin.GetMetadata(TimeSpan.FromSeconds(10)).Topics,
            topic => !topic.Topic.StartsWith("__", StringComparison.Ordinal));
    }
}
