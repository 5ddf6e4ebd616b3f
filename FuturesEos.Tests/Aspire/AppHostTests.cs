using FuturesEos.Cli.Demo;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>
/// The system as F5 starts it on a machine without a container engine: real processes, started by Aspire, driven by the
/// dashboard's own commands.
/// </summary>
public sealed class AppHostTests(AppHostFixture host) : IClassFixture<AppHostFixture>
{
    [Fact]
    public async Task the_sample_flows_through_kills_and_a_restart_of_everything_and_is_verified()
    {
        var replay = host.App.SucceedAsync("signal-generator", "replay");
        foreach (var victim in (string[])["signal-processor", "order-manager", "kafka-1", "outbox-relay"])
        {
            var before = await host.App.PidOfAsync(victim);
            await host.App.SucceedAsync(victim, "kill");
            await host.App.WaitForAsync(victim, HealthStatus.Healthy);
            Assert.NotEqual(before, await host.App.PidOfAsync(victim));
        }

        Assert.Contains("sent 3413 signals", await replay);
        await host.App.WaitAllHealthyAsync();
        await VerifiedAsync();

        await host.RestartAsync();
        await VerifiedAsync();
    }

    [Fact]
    public async Task a_trace_goes_from_the_signal_to_the_order_event()
    {
        await host.App.SucceedAsync("signal-generator", "synthetic", ("rate", "100"));
        using var telemetry = new DashboardTelemetry(await host.App.DashboardAsync());
        string[] wanted = ["send trading.signal", "process trading.signal", "create order", "send trading.orders"];
        await Eventually.True(
            () => telemetry.HasTraceAsync(wanted), Deadline.In(TimeSpan.FromMinutes(1)), "a trace with all four spans");
        await host.App.SucceedAsync("signal-generator", "synthetic", ("rate", "0"));
    }

    [Fact]
    public async Task processes_that_stand_still_are_shown_as_unhealthy_until_they_go_on()
    {
        var frozen = new List<int>();
        foreach (var name in RunningAppHost.Healthy.Except(["kafka"])) // it has none, but is judged by its brokers
            frozen.Add(await host.App.PidOfAsync(name));
        frozen.ForEach(Freezer.Freeze);
        try
        {
            foreach (var name in RunningAppHost.Healthy) await host.App.WaitForAsync(name, HealthStatus.Unhealthy);
        }
        finally
        {
            frozen.ForEach(Freezer.Thaw);
        }

        await host.App.WaitAllHealthyAsync();
    }

    // the last events may be on their way: verify tells what is missing at once, and is asked again
    private async Task VerifiedAsync()
    {
        var verdict = "";
        await Eventually.True(async () =>
        {
            var result = await host.App.CommandAsync("order-manager", "verify");
            verdict = $"{result.Message}\n{result.Data?.Value}";
            return result.Success;
        }, Deadline.In(TimeSpan.FromMinutes(2)), "verify succeeds");
        Assert.Contains("3413", verdict);
        Assert.Contains("381", verdict);
    }
}
