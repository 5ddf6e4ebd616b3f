using System.Text;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Verification.Spilling;
using FuturesEos.Contracts.Decisions;

namespace FuturesEos.Cli.Verification;

/// <summary>The committed decisions: each given to the signal it names, and kept for what follows from it.</summary>
internal sealed class DecisionSet(SignalSet signals) : IDisposable
{
    private readonly Spill<CommittedRecord> _readable = new(SpillCodec.Write, SpillCodec.ReadRecord);

    /// <summary>How many records were read.</summary>
    public long Read { get; private set; }

    /// <summary>Records that are no decisions: the order manager puts them aside.</summary>
    public List<CommittedRecord> Unreadable { get; } = [];

    /// <summary>The last offset of each partition that holds a record.</summary>
    public Dictionary<int, long> LastOffsets { get; } = [];

    /// <summary>Takes a record of the topic of decisions.</summary>
    public void Add(CommittedRecord record, DifferenceList differences)
    {
        Read++;
        LastOffsets[record.Partition] = record.Offset;
        if (DecisionReader.TryRead(record.Value, out var decision, out var error))
        {
            _readable.Add(Buckets.Of(decision.Symbol), record);
            return;
        }

        Unreadable.Add(record);
        differences.Add(Stage.Decisions, DifferenceKind.Unexpected, record.Place, $"is no decision: {error}");
    }

    /// <summary>Gives the decisions of a bucket to their signals.</summary>
    /// <returns>Each decision once, by its id: what orders follow from.</returns>
    public IReadOnlyCollection<ActualDecision> Give(int bucket, SymbolSet symbols, DifferenceList differences)
    {
        var byId = new Dictionary<Guid, ActualDecision>();
        foreach (var (record, actual) in In(bucket))
        {
            byId.TryAdd(actual.Decision.Id, actual);
            Give(record, actual, symbols, differences);
        }

        return byId.Values;
    }

    /// <summary>The decisions of a bucket, one after the other.</summary>
    public IEnumerable<(CommittedRecord Record, ActualDecision Decision)> In(int bucket)
    {
        foreach (var record in _readable.Read(bucket))
        {
            // was read before
            if (!DecisionReader.TryRead(record.Value, out var decision, out var error))
                throw new InvalidDataException(error);
            yield return (record, new ActualDecision(decision, record.Partition, record.Offset));
        }
    }

    public void Dispose() => _readable.Dispose();

    private void Give(CommittedRecord record, ActualDecision actual, SymbolSet symbols, DifferenceList differences)
    {
        var decision = actual.Decision;
        if (symbols.Find(decision.Symbol, decision.SignalId) is not var (task, entry))
        {
            differences.Add(
                Stage.Decisions, DifferenceKind.Unexpected, decision.Id,
                $"{record.Place}: there is no signal {decision.SignalId} of {decision.Symbol}");
            return;
        }

        if (!task.TryAdd(entry, actual))
        {
            differences.Add(
                Stage.Decisions, DifferenceKind.Duplicate,
                decision.Id, $"{record.Place}: a second decision for signal {decision.SignalId}");
            return;
        }

        signals.HasOutcome(entry.Signal.Timeframe, task.Partition, entry.Offset);
        var wrong = record.Partition == task.Partition
            ? WrongAround(record, decision)
            : $"its signal lies in partition {task.Partition}: decisions of one symbol would not be in order";
        if (wrong is not null)
            differences.Add(Stage.Decisions, DifferenceKind.Content, decision.Id, $"{record.Place}: {wrong}");
    }

    /// <summary>What lies wrong around a decision: key, timestamp or header; none: nothing.</summary>
    public static string? WrongAround(CommittedRecord record, Decision decision)
    {
        if (!Ascii.Equals(record.Key, decision.Symbol)) return "its key is not its symbol";
        if (record.TimestampMs != decision.Timestamp)
            return $"its record's timestamp is {record.TimestampMs}, expected {decision.Timestamp}";
        return record.HeaderText(Decision.SignalIdHeader) == decision.SignalId.ToString()
            ? null : "its header signal_id is not its signal's id";
    }
}
