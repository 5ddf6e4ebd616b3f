using FuturesEos.Streams;
using FuturesEos.Streams.Tasks;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Tests.Streams;

/// <summary>An engine that runs until it is stopped, or until it stops itself.</summary>
internal sealed class RunningEngine : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StreamsHost _host;
    private bool _isDisposed;

    public RunningEngine(StreamsOptions options, Func<TaskId, ITaskProcessor> make, ILoggerFactory loggers)
    {
        _host = new StreamsHost(options, make, loggers);
        Run = _host.RunAsync(_stop.Token);
    }

    public Task Run { get; }

    public Task ReadyAsync() => Eventually.True(() => _host.IsReady || Run.IsFaulted, Deadline.InSeconds(60));

    public async Task StopAsync()
    {
        await EndAsync();
        await Run;
    }

    // the rig disposes of every engine once more
    public async ValueTask DisposeAsync()
    {
        if (_isDisposed) return;
        _isDisposed = true;
        await EndAsync();
        _stop.Dispose();
    }

    // one that hangs fails its test, and not the whole run
    private async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Eventually.True(() => Run.IsCompleted, Deadline.InSeconds(60), "the engine ends, which was told to stop");
    }
}
