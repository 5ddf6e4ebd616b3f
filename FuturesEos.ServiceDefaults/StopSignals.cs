using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// SIGTERM, Ctrl-C, and the end of a supervisor, as one token. The work then has <see cref="Patience"/> to end by
/// itself.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    /// <summary>
    /// How long a stop may take before the process ends all the same; Kubernetes gives thirty seconds.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private readonly ILogger _logger;
    private readonly bool _isSupervised;

    public StopSignals(ILogger logger)
    {
        _logger = logger;
        _isSupervised = Environment.GetEnvironmentVariable(ServiceHost.SupervisedVariable) == "1";
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, "SIGTERM")),
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, "interrupted")),
        ];
        if (_isSupervised) WatchSupervisor();
    }

    public CancellationToken Token => _source.Token;

    public bool WasInterrupted { get; private set; }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        // not the source: a signal may be on its way to it
    }

    private void Handle(PosixSignalContext context, string reason)
    {
        context.Cancel = true;
        // a terminal sends Ctrl-C to every process of its group: the supervisor got it too, and stops us in its order
        if (_isSupervised && context.Signal == PosixSignal.SIGINT) return;
        if (context.Signal == PosixSignal.SIGINT)
        {
            if (_source.IsCancellationRequested) Environment.Exit(ExitCode.Interrupted); // a second Ctrl-C means now
            WasInterrupted = true;
        }

        Stop(reason);
    }

    private void Stop(string reason)
    {
        if (_source.IsCancellationRequested) return;
        _logger.Stopping(reason);
        new Thread(EndAnyway) { IsBackground = true, Name = "stop-deadline" }.Start();
        _source.Cancel();
    }

    private void EndAnyway()
    {
        Thread.Sleep(Patience);
        _logger.Failed(
            $"the stop took more than {Patience.TotalSeconds:0} s: ended; an open transaction "
                + "is aborted by its timeout");
        Environment.Exit(ExitCode.TimedOut);
    }

    /// <summary>
    /// A supervisor holds the other end of standard input: its end is the supervisor's, even by SIGKILL.
    /// </summary>
    private void WatchSupervisor()
    {
        var thread = new Thread(() =>
        {
            using var input = Console.OpenStandardInput();
            Span<byte> buffer = stackalloc byte[64];
            while (input.Read(buffer) > 0) { }
            Stop("the supervisor has ended");
        })
        { IsBackground = true, Name = "supervisor-watch" };
        thread.Start();
    }
}
