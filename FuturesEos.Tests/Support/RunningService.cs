using FuturesEos.ServiceDefaults.Health;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>A service's core that runs in the test's process.</summary>
internal sealed record RunningService(Task Task, CancellationTokenSource Source, ServiceHealth Health)
{
    /// <summary>Starts it as the host would; its data source is closed after it.</summary>
    public static RunningService Start(
        BackgroundService service, CancellationTokenSource stop, ServiceHealth health, IAsyncDisposable database)
    {
        return new RunningService(RunAsync(), stop, health);

        async Task RunAsync()
        {
            await using var closed = database;
            await service.StartAsync(stop.Token);
            await service.ExecuteTask!;
        }
    }

    public async Task StopAsync()
    {
        await Source.CancelAsync();
        await Task;
    }

    /// <summary>Waits for it to end by itself, which a refusal or a crash does; gives what it ended with.</summary>
    public async Task<Exception> FailureAsync()
    {
        await Eventually.True(() => Task.IsCompleted);
        Assert.True(Task.IsFaulted, "the service still runs");
        return Task.Exception!.InnerException!;
    }
}
