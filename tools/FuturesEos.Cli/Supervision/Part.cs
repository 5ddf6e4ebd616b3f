namespace FuturesEos.Cli.Supervision;

/// <summary>A process of the pipeline that can be started again and again: a service, or the database.</summary>
internal abstract class Part
{
    /// <summary>As status names it.</summary>
    public abstract string Name { get; }

    /// <summary>Process id of the present run; none between runs.</summary>
    public abstract int? Pid { get; }

    /// <summary>Where it listens for others; none when it does not.</summary>
    public abstract string? Address { get; }

    /// <summary>Where its metrics are; none when it has none.</summary>
    public abstract string? Metrics { get; }

    /// <summary>Starts a run; not healthy yet. </summary>
    /// <exception cref="ServiceDefaults.ExpectedFailure">It cannot be started; code 2: nor will it be at another
    /// try.</exception>
    public abstract Task StartAsync(CancellationToken cancellation);

    /// <summary>Completes with the reason when the present run has ended.</summary>
    public abstract Task<RunEnd> Ended { get; }

    /// <summary>How the present run is. Answers within seconds, whatever state the process is in.</summary>
    public abstract Task<PartHealth> AskHealthAsync(CancellationToken cancellation);

    /// <summary>Ends the present run cleanly, by force when that takes too long; nothing when there is none.</summary>
    public abstract Task StopAsync();

    /// <summary>
    /// Asks the present run to end cleanly; the part's keeper starts the next one. <see cref="Ended"/> tells when.
    /// </summary>
    public abstract Task EndRunAsync();

    /// <summary>SIGKILL.</summary>
    public abstract void Kill();
}
