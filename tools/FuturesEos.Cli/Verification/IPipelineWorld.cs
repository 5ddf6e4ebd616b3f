using FuturesEos.Cli.Reading;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Everything that is committed in a pipeline, as of one moment for each stage, the last stage first: so whatever is there has its
/// cause there too. What came in after the check began may still be on its way, and is told apart by the two <c>Had…</c> questions.
/// </summary>
internal interface IPipelineWorld
{
    /// <summary>The rows of the database, in one snapshot.</summary>
    DatabaseRows Database { get; }

    /// <summary>Committed records of a topic, in the order of their offsets within each partition.</summary>
    IEnumerable<CommittedRecord> Read(string topic);

    /// <summary>Whether the stage behind this topic had all the time it was given to take the record.</summary>
    bool HadTime(string topic, int partition, long offset);

    /// <summary>Whether the relay had all the time it was given to send the event.</summary>
    bool HadTime(Guid eventId);

    /// <summary>Where a topic's partition ended when it was read, markers included.</summary>
    long End(string topic, int partition);
}
