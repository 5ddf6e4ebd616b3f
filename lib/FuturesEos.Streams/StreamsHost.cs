using FuturesEos.Streams.Errors;
using FuturesEos.Streams.State;
using FuturesEos.Streams.Tasks;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams;

/// <summary>Starts the stream threads of a process, stops them together, and reports the first failure.</summary>
public sealed class StreamsHost(
    StreamsOptions options,
    Func<TaskId, ITaskProcessor> makeProcessor,
    ILoggerFactory loggers,
    TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly long[] _turns = new long[options.Threads];
    private volatile IReadOnlyList<StreamThread> _threads = [];

    /// <summary>Every thread has an assignment, and every task of it is restored and running.</summary>
    public bool IsReady => _threads.Count == options.Threads && _threads.All(t => t.IsReady);

    /// <summary>
    /// What has to come from Kafka before a thread can go on, in words: <c>the committed offsets</c>. None: all go on.
    /// </summary>
    public string? WaitsFor => _threads.Select(thread => thread.WaitsFor).FirstOrDefault(what => what is not null);

    /// <summary>
    /// Whether the loop of every thread has turned since the last time this was asked; for one asker.
    /// </summary>
    public bool HasTurned()
    {
        var threads = _threads;
        var all = threads.Count == options.Threads;
        for (var i = 0; i < threads.Count; i++)
        {
            var turns = threads[i].Turns;
            all &= turns != _turns[i];
            _turns[i] = turns;
        }

        return all;
    }

    /// <summary>
    /// Runs until the token is cancelled: then open transactions are committed,
    /// the group is left and the stores are closed.
    /// </summary>
    /// <exception cref="StreamsFatalException">The engine cannot go on; the message says what to do.</exception>
    /// <exception cref="ArgumentException">The options do not hold.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        options.Validate();
        var log = loggers.CreateLogger("FuturesEos.Streams");
        using var folder = new StateFolder(options);
        log.Starting(options.ApplicationId, folder.InstanceId, options.Threads, options.Store, folder.Root);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var threads = new List<StreamThread>();
        var runs = new List<Task>();
        for (var number = 0; number < options.Threads; number++)
        {
            var thread = new StreamThread(options, folder, number, makeProcessor, _time, log);
            threads.Add(thread);
            runs.Add(RunThread(thread, number, log, all));
        }

        _threads = threads;
        await Task.WhenAll(runs);
        log.Stopped();
    }

    // an own thread: every call of the client blocks, and a pool thread must not
    private static Task RunThread(StreamThread thread, int number, ILogger log, CancellationTokenSource all)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                using (thread)
                    thread.Run(all.Token);
                done.SetResult();
            }
            catch (Exception e)
            {
                var failure = e as StreamsFatalException
                    ?? new StreamsFatalException(
                        $"An unexpected failure of the engine: {e.GetType().Name}: {e.Message}", e);
                log.ThreadFailed(number, failure.Message);
                all.Cancel();
                done.SetException(failure);
            }
        })
        { IsBackground = true, Name = $"stream-{number}" }.Start();
        return done.Task;
    }
}
