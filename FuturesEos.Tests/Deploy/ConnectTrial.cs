using Confluent.Kafka;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// A row of the outbox comes out as an event: first after the connector was given another configuration, which makes the worker write and
/// read all that it keeps, then after the worker was started anew, which makes it read that from the beginning.
/// </summary>
internal sealed class ConnectTrial(DeployedSystem system)
{
    private static readonly TimeSpan Start = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(15);
    private int _pollIntervalMs = 500;

    /// <summary>What fails; none: nothing does.</summary>
    public async Task<string?> RunAsync(KafkaRight right) =>
        await FailureAsync(Deadline.In(Standstill)) ?? await RestartAsync(Deadline.In(Standstill + Standstill)) ?? await FailureAsync(Deadline.In(Standstill));

    /// <summary>With its rights back it goes on; some of what it missed it asks for at its start only.</summary>
    public async Task RecoverAsync()
    {
        if (!system.Connect.HasExited && await FailureAsync(Deadline.In(Standstill)) is null) return;
        Assert.Null(await RestartAsync(Deadline.In(Start)));
        Assert.Null(await FailureAsync(Deadline.In(Start)));
    }

    private async Task<string?> RestartAsync(Deadline deadline)
    {
        try
        {
            await system.Connect.KillAsync();
            await system.Connect.StartAsync(deadline);
            return null;
        }
        catch (Exception e) when (e is InvalidOperationException or Xunit.Sdk.XunitException)
        {
            return e.Message;
        }
    }

    private async Task<string?> FailureAsync(Deadline deadline)
    {
        using var offsets = await TopicOffsets.OpenAsync(system.Unrestricted, CancellationToken.None);
        var before = await EventsAsync(offsets);
        var state = "";
        var isGiven = false;
        while (!deadline.IsOver)
        {
            if (system.Connect.HasExited) return system.Connect.Tail;
            try
            {
                var client = system.Connect.Client;
                if (!isGiven)
                {
                    await client.PutAsync(system.Connect.ConnectorName, system.Connect.Configuration(++_pollIntervalMs), CancellationToken.None);
                    isGiven = true;
                    await PostgresForTests.ExecuteAsync(
                        system.Database.Superuser,
                        """
                        INSERT INTO app.outbox (event_id, aggregate_type, aggregate_id, type, payload, occurred_at)
                        VALUES (gen_random_uuid(), 'order', gen_random_uuid(), 'OrderPlaced', '{}', now())
                        """);
                }

                (var isRunning, state) = await client.StateAsync(system.Connect.ConnectorName, CancellationToken.None);
                if (isRunning && await EventsAsync(offsets) > before) return null;
            }
            catch (Exception e) when (e is ConnectorFailedException or HttpRequestException or TaskCanceledException)
            {
                state = e.Message;
            }

            await Task.Delay(100);
        }

        return $"{state}; {system.Connect.Tail}";
    }

    private static async Task<long> EventsAsync(TopicOffsets offsets) =>
        (await offsets.EndsAsync(offsets.Partitions(Topics.Orders), IsolationLevel.ReadCommitted)).Values.Sum();
}
