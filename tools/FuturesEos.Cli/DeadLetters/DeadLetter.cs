using System.Globalization;
using FuturesEos.Cli.Reading;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Cli.DeadLetters;

/// <summary>A record of the dead-letter topic, with what its headers say.</summary>
internal sealed class DeadLetter
{
    /// <summary>
    /// Header that a redriven record bears: the dead letter it was. Who comes back with it is not redriven again.
    /// </summary>
    public const string RedrivenHeader = "dlq.redriven";

    private const string HeaderPrefix = "dlq.";

    private DeadLetter(CommittedRecord record)
    {
        Record = record;
        Reason = record.HeaderText(DeadLetterHeaders.Reason) ?? "?";
        Detail = record.HeaderText(DeadLetterHeaders.Detail) ?? "";
        Topic = record.HeaderText(DeadLetterHeaders.Topic) ?? "?";
        Partition = int.TryParse(record.HeaderText(DeadLetterHeaders.Partition),
            NumberStyles.None, CultureInfo.InvariantCulture, out var partition) ? partition : -1;
        Offset = long.TryParse(record.HeaderText(DeadLetterHeaders.Offset),
            NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : -1;
    }

    /// <summary>As it lies in the dead-letter topic.</summary>
    public CommittedRecord Record { get; }

    /// <summary><c>partition:offset</c> in the dead-letter topic.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{Record.Partition}:{Record.Offset}");

    /// <summary>Why it was refused.</summary>
    public string Reason { get; }

    /// <summary>One sentence.</summary>
    public string Detail { get; }

    /// <summary>The topic it came from.</summary>
    public string Topic { get; }

    /// <summary>The partition it came from; −1 when its headers do not say.</summary>
    public int Partition { get; }

    /// <summary>Its offset there; −1 when its headers do not say.</summary>
    public long Offset { get; }

    /// <summary>Whether it was sent again once already and came back.</summary>
    public bool CameBack => Record.HeaderText(RedrivenHeader) is not null;

    /// <summary>
    /// Whether it says where it came from, and that is a topic of signals: nothing else is ever written to.
    /// </summary>
    public bool HasOrigin => Topics.TryTimeframe(Topic, out _) && Partition is >= 0 and < Topics.Partitions;

    /// <summary>The record as it was before it was refused, and the mark of where it has been.</summary>
    public IEnumerable<RecordHeader> HeadersToSend => Record.Headers
        .Where(header => !header.Name.StartsWith(HeaderPrefix, StringComparison.Ordinal))
        .Append(RecordHeader.Of(RedrivenHeader, Place));

    /// <summary>Reads one.</summary>
    public static DeadLetter Of(CommittedRecord record) => new(record);
}
