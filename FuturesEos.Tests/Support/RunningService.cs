using FuturesEos.ServiceDefaults.Health;
using Xunit;

namespace FuturesEos.Tests.Support;

/// <summary>A service's core that runs in the test's process.</summary>
internal sealed record RunningService(Task Task, CancellationTokenSource Source, ServiceHealth Health)
{
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
