using Aspire.Hosting.ApplicationModel;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Aspire;

/// <summary>The AppHost with its containers: started, broken while records flow, stopped, started again.</summary>
[Trait("Category", "Long")]
public sealed class ContainersTests(ContainerEngine engine) : IClassFixture<ContainerEngine>
{
    [Fact]
    public async Task three_brokers_and_debezium_lose_nothing_to_kills_and_a_second_start_finds_the_data()
    {
        await engine.StartOrSkipAsync();
        await using var data = new ContainersData();
        long orders;
        await using (var app = await ContainersApp.StartAsync(data.Folder))
        {
            await app.HealthyAsync(
                "kafka", "postgres", "database", "connect", "outbox-connector",
                "signal-generator", "signal-processor", "order-manager");
            var replay = app.ReplayAsync();
            await Eventually.True(
                async () => await app.CountAsync("app.outbox") > 20, Deadline.InSeconds(120), "orders flow");

            await app.KillAsync("connect");
            await app.KillAsync("kafka-2");
            Assert.False(replay.IsCompleted, "everything was sent before anything was killed");
            var atKill = await app.CountAsync("app.outbox");
            await Eventually.True(async () => await app.CountAsync("app.outbox") > atKill,
                Deadline.InSeconds(60), "two of three brokers go on");
            // whoever is started while the broker is gone, and known to be, does not wait for it
            await app.SaysAsync("kafka", "2 of 3 brokers are registered");
            await app.StartAgainAsync("connect");
            await app.HealthyAsync("connect", "outbox-connector");
            await app.StartAgainAsync("kafka-2");
            await replay;
            await app.SaysAsync("kafka", "3 brokers");
            await app.CommandAsync("order-manager", "verify");
            orders = await app.CountAsync("app.orders");
        }

        await using (var app = await ContainersApp.StartAsync(data.Folder))
        {
            await app.HealthyAsync("kafka", "outbox-connector", "signal-processor", "order-manager");
            Assert.Equal(orders, await app.CountAsync("app.orders"));
            await app.CommandAsync("order-manager", "verify");
        }
    }

    [Fact]
    public async Task one_broker_and_the_relay_start_where_a_start_was_broken_off_and_lose_nothing_to_a_kill()
    {
        await engine.StartOrSkipAsync();
        await using var data = new ContainersData();
        string[] options = ["--Brokers=1", "--Cdc=relay"];
        await ContainersApp.BreakOffAsync(data.Folder, "kafka-1", KnownResourceStates.Running, options);

        await using var app = await ContainersApp.StartAsync(data.Folder, options);
        await app.HealthyAsync("kafka", "database", "outbox-relay", "signal-processor", "order-manager");
        var replay = app.ReplayAsync();
        await Eventually.True(
            async () => await app.CountAsync("app.outbox") > 20, Deadline.InSeconds(120), "orders flow");
        await app.KillAsync("kafka-1");
        Assert.False(replay.IsCompleted, "everything was sent before the broker was killed");
        await app.StartAgainAsync("kafka-1");
        await replay;
        await app.HealthyInSpiteOfLostMarkersAsync("kafka", "outbox-relay", "signal-processor", "order-manager");
        await app.CommandAsync("order-manager", "verify");
    }

    [Fact]
    public async Task a_killed_apphost_leaves_nothing_and_the_next_one_waits_for_its_volumes_and_can_log_in()
    {
        await engine.StartOrSkipAsync();
        await using var data = new ContainersData();
        var options = TopologyOptions.Parse(Infrastructure.Containers, "1", "relay");
        var networks = await ContainerEngine.DockerAsync("network", "ls", "-q");
        using (var first = AppHostProgram.Start(data.Folder, "Production"))
        {
            await Eventually.True(
                () => data.CanLogInAsync(options), Deadline.InSeconds(180), $"PostgreSQL is up: {first.Data}");
            first.Signal("KILL");
        }

        await GoneAsync();
        // stands for a server that has not gone yet: who stops and starts a debugger may be faster than Aspire
        var holder = await data.HoldAsync(options, "postgres");
        using var second = AppHostProgram.Start(data.Folder, "Development");
        await Eventually.True(
            () => data.BrokerAnswersAsync(options),
            Deadline.InSeconds(180),
            $"the broker, which has its volume to itself, starts: {second.Data}");
        Assert.StartsWith(holder, Assert.Single(await data.ContainersAsync(options, "postgres")));
        await ContainerEngine.DockerAsync("rm", "--force", holder);
        await Eventually.True(
            () => data.CanLogInAsync(options), Deadline.InSeconds(180), $"the password still holds: {second.Data}");
        second.Signal("TERM");
        await second.ExitAsync(Deadline.InSeconds(60));
        await GoneAsync();

        Task GoneAsync() => Eventually.True(
            async () => (await data.ContainersAsync(options, "postgres", "--all")).Count == 0
                && (await ContainerEngine.DockerAsync("network", "ls", "-q")).Except(networks).Any() is false,
            Deadline.InSeconds(60), "no container and no network is left");
    }
}
