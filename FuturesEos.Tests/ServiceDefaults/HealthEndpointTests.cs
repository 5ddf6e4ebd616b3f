using System.Net;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Health;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

/// <summary>What probes are told.</summary>
public sealed class HealthEndpointTests
{
    private readonly HandClock _clock = new();

    [Fact]
    public async Task a_service_is_alive_while_its_loop_turns_and_healthy_while_it_does_its_work()
    {
        var health = new ServiceHealth(_clock);
        var address = $"127.0.0.1:{FreePort.Choose()}";
        await using var endpoint = await HealthEndpoint.StartAsync(address, health, NullLogger.Instance);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{address}") };

        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, "unhealthy", "starting");
        health.Ready();
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.OK, "ok", "running");
        health.Degraded("rebalancing"); // not taken out of service for that
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.OK, "degraded", "rebalancing");
        health.NotReady("waiting for Kafka: \"gone\"");
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable, "unhealthy", "waiting for Kafka");
        health.Ready();
        _clock.Pass(ServiceHealth.HeartbeatLimit);
        await AssertAsync(HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, "unhealthy", "running");
        health.Beat();
        await AssertAsync(HttpStatusCode.OK, HttpStatusCode.OK, "ok", "running");
        Assert.Equal(HttpStatusCode.NotFound, (await http.GetAsync("/")).StatusCode);

        async Task AssertAsync(HttpStatusCode alive, HttpStatusCode healthy, string status, string state)
        {
            Assert.Equal(alive, (await http.GetAsync("/alive")).StatusCode);
            var answer = await http.GetAsync("/health");
            Assert.Equal(healthy, answer.StatusCode);
            using var body = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            Assert.Equal(status, body.RootElement.GetProperty("status").GetString());
            Assert.StartsWith(state, body.RootElement.GetProperty("state").GetString());
        }
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Pass(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
