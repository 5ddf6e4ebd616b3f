using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Tests.Support;
using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary>
/// A row of the outbox comes out as an event, and a heartbeat comes: first after the connector was stopped, given
/// another configuration and resumed, which makes the worker write and read all that it keeps, then after the worker
/// was started anew, which makes it read that from the beginning.
/// </summary>
internal sealed class ConnectTrial(DeployedSystem system)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(30);
    private int _pollIntervalMs = 500;

    /// <summary>What fails; none: nothing does.</summary>
    public async Task<string?> RunAsync() =>
        await FailureAsync(Deadline.In(Standstill))
            ?? await RestartAsync(Deadline.In(2 * Standstill)) ?? await FailureAsync(Deadline.In(Standstill));

    /// <summary>With its rights back it goes on; some of what it missed it asks for at its start only.</summary>
    public async Task RecoverAsync()
    {
        if (!system.Connect.HasExited && await FailureAsync(Deadline.In(Standstill)) is null) return;
        Assert.Null(await RestartAsync(Deadline.In(Patience)));
        Assert.Null(await FailureAsync(Deadline.In(Patience)));
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
        var events = await offsets.CommittedEndsAsync(Topics.Orders);
        var beats = await offsets.CommittedEndsAsync(system.Connect.HeartbeatTopic);
        var state = "";
        var isGiven = false;
        var isDone = await Eventually.Happens(
            async () =>
            {
                if (system.Connect.HasExited) return true;
                try
                {
                    if (!isGiven) await GiveAsync();
                    isGiven = true;
                    (var isRunning, state) =
                        await system.Connect.Client.StateAsync(system.Connect.ConnectorName, CancellationToken.None);
                    return isRunning && await offsets.HasCommittedAsync(system.Unrestricted, events)
                        && await offsets.HasCommittedAsync(system.Unrestricted, beats);
                }
                catch (Exception e)
                    when (e is ConnectorFailedException or HttpRequestException or TaskCanceledException)
                {
                    state = e.Message;
                    return false;
                }
            },
            deadline);
        return isDone && !system.Connect.HasExited ? null : $"{state}; {system.Connect.Tail}";
    }

    private async Task GiveAsync()
    {
        // a worker that cannot write its states says RUNNING for ever: of one that was stopped it would not be true
        var (client, name) = (system.Connect.Client, system.Connect.ConnectorName);
        await client.StopAsync(name, Standstill / 2, CancellationToken.None);
        var configuration = system.Connect.Configuration(++_pollIntervalMs);
        await client.PutAsync(name, configuration, CancellationToken.None);
        await client.ResumeAsync(name, CancellationToken.None);
        await system.Database.AddOutboxRowAsync();
    }
}
