namespace FuturesEos.ServiceDefaults;

/// <summary>What a service does about a failure of Kafka or PostgreSQL (<see cref="Failures"/>).</summary>
public enum FailureKind
{
    /// <summary>The server is away, busy or moving: it passes by waiting.</summary>
    Outage,

    /// <summary>
    /// The server works, and our transaction, membership or connection is out of date: the service begins again.
    /// </summary>
    Restart,

    /// <summary>
    /// A setting, a right, a topic or a record that only a person can put right: waiting does not help.
    /// </summary>
    Never,
}
