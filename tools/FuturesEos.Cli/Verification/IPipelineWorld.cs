using FuturesEos.Cli.Reading;

namespace FuturesEos.Cli.Verification;

/// <summary>
/// Everything that is committed in a pipeline, as of one moment for each stage, the last stage first: so whatever is
/// there has its cause there too. What came in after the check began may still be on its way, and is told apart by the
/// two <c>Had…</c> questions.
/// </summary>
internal interface IPipelineWorld
{
    /// <summary>Rows of <c>app.orders</c>, in the same snapshot as the other tables'.</summary>
    IEnumerable<OrderRow> Orders { get; }

    /// <summary>Rows of <c>app.outbox</c>: events to come.</summary>
    IEnumerable<OutboxTableRow> Outbox { get; }

    /// <summary>The order manager's next offset of each partition of the decisions.</summary>
    Dictionary<int, long> NextOffsets { get; }

    /// <summary>Decisions that the order manager could not read.</summary>
    IReadOnlyList<DeadLetterRow> OrderDeadLetters { get; }

    /// <summary>Committed records of a topic, in the order of their offsets within each partition.</summary>
    IEnumerable<CommittedRecord> Read(string topic);

    /// <summary>Whether the stage behind this topic had all the time it was given to take the record.</summary>
    bool HadTime(string topic, int partition, long offset);

    /// <summary>Whether the relay had all the time it was given to send the event.</summary>
    bool HadTime(Guid eventId);

    /// <summary>Where a topic's partition ended when it was read, markers included.</summary>
    long End(string topic, int partition);
}
