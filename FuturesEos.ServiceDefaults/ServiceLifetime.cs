using System.Runtime.InteropServices;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// SIGTERM, Ctrl-C and the end of a supervisor stop the host. It then has <see cref="Patience"/> to end by itself; a
/// second Ctrl-C ends it at once.
/// </summary>
internal sealed class ServiceLifetime : IHostLifetime, IDisposable
{
    /// <summary>
    /// How long a stop may take before the process ends all the same; Kubernetes gives thirty seconds.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private readonly IHostApplicationLifetime _application;
    private readonly ILogger _logger;
    private readonly bool _isSupervised = Environment.GetEnvironmentVariable(ServiceHost.SupervisedVariable) == "1";
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _stopRequested;

    public ServiceLifetime(
        IHostApplicationLifetime application, IHostEnvironment environment, ILoggerFactory loggers)
    {
        _application = application;
        _logger = loggers.CreateLogger(environment.ApplicationName);
    }

    /// <summary>Whether Ctrl-C was pressed, as opposed to a SIGTERM.</summary>
    public bool WasInterrupted { get; private set; }

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, "SIGTERM")));
        _registrations.Add(
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, "interrupted")));
        if (_isSupervised) WatchSupervisor();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
    }

    private void Handle(PosixSignalContext context, string reason)
    {
        context.Cancel = true;
        // a terminal sends Ctrl-C to every process of its group: the supervisor got it too, and stops us in its order
        if (_isSupervised && context.Signal == PosixSignal.SIGINT) return;
        if (context.Signal == PosixSignal.SIGINT)
        {
            if (_stopRequested == 1) Environment.Exit(ExitCode.Interrupted); // a second Ctrl-C means now
            WasInterrupted = true;
        }

        Stop(reason);
    }

    private void Stop(string reason)
    {
        if (Interlocked.Exchange(ref _stopRequested, 1) == 1) return;
        _logger.Stopping(reason);
        new Thread(EndAnyway) { IsBackground = true, Name = "stop-deadline" }.Start();
        _application.StopApplication();
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
