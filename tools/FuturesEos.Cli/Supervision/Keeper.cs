using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// Keeps one part running: starts it, watches its health, starts it again after it ended, with a pause that grows while
/// it does not stay up.
/// </summary>
internal sealed class Keeper(Part part, TimeProvider time, Action<string> say) : IAsyncDisposable
{
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AskOften = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile PartState _state = PartState.Stopped;
    private volatile string _health = "";
    private volatile string? _lastEnd;
    private int _restarts;
    private Task _loop = Task.CompletedTask;

    public Part Part => part;

    public PartState State => _state;

    /// <summary>Faulted when the part cannot run at all: another try would end the same way.</summary>
    public Task Failed => _failed.Task;

    public ProcessStatus Status => new()
    {
        Name = part.Name,
        State = _state,
        Pid = part.Pid,
        Address = part.Address,
        Health = _state == PartState.Running ? "ok" : _health,
        Metrics = part.Metrics,
        Restarts = _restarts,
        LastEnd = _lastEnd,
    };

    /// <summary>Starts the part and its watch.</summary>
    public void Start() => _loop = RunAsync(_stop.Token);

    /// <summary>Completes when the part is healthy.</summary>
    /// <exception cref="ExpectedFailure">It is not within the time given (code 4), or cannot run at all.</exception>
    public async Task WaitHealthyAsync(TimeSpan patience, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        while (_state != PartState.Running)
        {
            if (_failed.Task.IsFaulted) await _failed.Task;
            if (time.GetElapsedTime(start) > patience)
                throw new ExpectedFailure(ExitCode.TimedOut,
                    $"{part.Name} is not healthy after {patience.TotalSeconds:0} s: {_lastEnd ?? _health}");
            await Task.Delay(20, cancellation);
        }
    }

    /// <summary>Stops the part; it stays stopped.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        await part.StopAsync();
        _state = PartState.Stopped;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        var pause = PauseMin;
        try
        {
            while (true)
            {
                _state = PartState.Starting;
                _health = "starting";
                var (reason, wasSteady) = await RunOnceAsync(stop);
                _lastEnd = reason;
                _state = PartState.Pausing;
                if (wasSteady) pause = PauseMin;
                _health = $"{reason}; starts again in {pause.TotalSeconds:0.0} s";
                say($"{part.Name}: {_health}");
                await Task.Delay(pause, time, stop);
                pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
                Interlocked.Increment(ref _restarts);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception hopeless) // the outermost loop of a part: whoever waits for the part is told
        {
            _state = PartState.Stopped;
            _health = hopeless.Message;
            _failed.TrySetException(hopeless);
        }
    }

    private async Task<(string Reason, bool WasSteady)> RunOnceAsync(CancellationToken stop)
    {
        try
        {
            await part.StartAsync(stop);
        }
        catch (ExpectedFailure e) when (e.ExitCode != ExitCode.Usage)
        {
            return (e.Message, false);
        }

        var ended = part.Ended;
        var lastAlive = time.GetTimestamp();
        long? healthySince = null;
        while (!ended.IsCompleted)
        {
            var health = await part.AskHealthAsync(stop);
            if (health.IsAlive) lastAlive = time.GetTimestamp();
            if (health.IsHealthy) healthySince ??= time.GetTimestamp();
            _health = health.State;
            if (!ended.IsCompleted && (health.IsHealthy || _state == PartState.Running))
                _state = health.IsHealthy ? PartState.Running : PartState.Unhealthy;
            if (time.GetElapsedTime(lastAlive) > SilenceMax) part.Kill();
            var interval = _state == PartState.Running ? AskEvery : AskOften;
            await Task.WhenAny(ended, Task.Delay(interval, time, stop));
            stop.ThrowIfCancellationRequested();
        }

        var end = await ended;
        if (end.ExitCode == ExitCode.Usage) throw ExpectedFailure.Usage($"{part.Name} {end.Reason}");
        var silent =
            time.GetElapsedTime(lastAlive) > SilenceMax ? $"did not answer for {SilenceMax.TotalSeconds:0} s, " : "";
        return (silent + end.Reason, healthySince is { } since && time.GetElapsedTime(since) > SteadyAfter);
    }
}
