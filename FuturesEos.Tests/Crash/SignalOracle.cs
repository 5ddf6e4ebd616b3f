using System.Buffers;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using FuturesEos.SignalProcessor;
using FuturesEos.Streams;
using FuturesEos.Streams.State;
using FuturesEos.Streams.Tasks;

namespace FuturesEos.Tests.Crash;

/// <summary>What must come of the signal topics as they are: read whole, put in the contract's order, folded in memory.</summary>
internal sealed class SignalOracle
{
    private SignalOracle()
    {
    }

    /// <summary>Decision JSON by signal id.</summary>
    public Dictionary<string, string> Decisions { get; } = [];

    /// <summary>Reason by <c>TOPIC/PARTITION/OFFSET</c>.</summary>
    public Dictionary<string, string> DeadLetters { get; } = [];

    /// <summary>The state after all of it, by symbol: stream time and open windows.</summary>
    public Dictionary<string, string> State { get; } = [];

    public int Duplicates { get; private set; }

    public static SignalOracle Of(string bootstrap)
    {
        var oracle = new SignalOracle();
        var inputs = new List<(ConsumeResult<byte[]?, byte[]?> Record, int Topic)>();
        foreach (var timeframe in Timeframes.All)
        {
            using var tail = new TopicTail(bootstrap, Topics.Signals(timeframe));
            tail.Read();
            inputs.AddRange(tail.Records.Select(r => (r, (int)timeframe)));
        }

        var folds = new Dictionary<string, SymbolFold>();
        var state = new StateStore(new MemoryStore());
        var task = new SignalTask("oracle", TimeSpan.FromMilliseconds(WindowTime.DefaultGraceMs));
        var context = new TaskContext(new TaskId(0), state, (_, _) => { });
        foreach (var (record, topic) in inputs.GroupBy(i => i.Record.Partition.Value).SelectMany(InContractOrder))
        {
            oracle.Take(record, topic, folds);
            task.Process(new InputRecord(record, topic), context);
        }

        task.BeforeCommit(context);
        foreach (var symbol in folds.Keys) oracle.State[symbol] = Describe(symbol, state);
        return oracle;
    }

    /// <summary>Stream time and open windows of a symbol, as one line.</summary>
    public static string Describe(string symbol, IStateStore store)
    {
        var state = SymbolState.Load(symbol, store);
        var open = state.Windows.Where(w => !WindowTime.IsClosed(w.Start, WindowTime.DefaultGraceMs, state.StreamTime)).OrderBy(w => w.Start);
        return $"{state.StreamTime}: " + string.Join(" ", open.Select(w => $"{w.Start}/{w.IdCount}/{Convert.ToHexString(w.State.Bytes)}"));
    }

    /// <summary>
    /// Of the topics' heads the earliest, ties in the order of the topics. A partition keeps its own order whatever its timestamps: a writer
    /// whose brokers were away can put an old record behind newer ones.
    /// </summary>
    private static IEnumerable<(ConsumeResult<byte[]?, byte[]?> Record, int Topic)> InContractOrder(IEnumerable<(ConsumeResult<byte[]?, byte[]?> Record, int Topic)> partition)
    {
        var queues = partition.GroupBy(i => i.Topic).OrderBy(t => t.Key)
            .Select(t => new Queue<(ConsumeResult<byte[]?, byte[]?> Record, int Topic)>(t.OrderBy(i => i.Record.Offset.Value))).ToList();
        while (queues.Where(q => q.Count > 0).MinBy(q => q.Peek().Record.Message.Timestamp.UnixTimestampMs) is { } next)
            yield return next.Dequeue();
    }

    private void Take(ConsumeResult<byte[]?, byte[]?> record, int topic, Dictionary<string, SymbolFold> folds)
    {
        var place = $"{record.Topic}/{record.Partition.Value}/{record.Offset.Value}";
        if (!SignalReader.TryRead(record.Message.Key, record.Message.Value, (Timeframe)topic, record.Message.Timestamp.UnixTimestampMs, out var signal, out var refusal))
        {
            DeadLetters.Add(place, refusal.Code);
            return;
        }

        if (!folds.TryGetValue(signal.Symbol, out var fold)) folds.Add(signal.Symbol, fold = new SymbolFold());
        var result = fold.Take(signal);
        switch (result.Kind)
        {
            case FoldKind.Late:
                DeadLetters.Add(place, result.Refusal.Code);
                break;
            case FoldKind.Duplicate:
                Duplicates++;
                break;
            default:
                var json = new ArrayBufferWriter<byte>();
                result.Decision!.Write(json);
                Decisions.Add(result.SignalId.ToString(), Encoding.UTF8.GetString(json.WrittenSpan));
                break;
        }
    }
}
