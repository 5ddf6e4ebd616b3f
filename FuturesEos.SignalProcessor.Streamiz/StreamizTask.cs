using System.Buffers;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using Streamiz.Kafka.Net.Processors.Public;
using Streamiz.Kafka.Net.State;

namespace FuturesEos.SignalProcessor.Streamiz;

/// <summary>
/// Stage 2 for one partition, as a transformer: the rules of <see cref="SignalTask"/>, on Streamiz' store.
/// </summary>
internal sealed class StreamizTask : ITransformer<byte[], byte[], byte[], StreamizOutput>
{
    public const string StoreName = "signal-windows";
    private const string TraceParent = "traceparent";
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private WindowStore _windows = new();
    private ProcessorContext<byte[], StreamizOutput> _context = null!;
    private StreamizStore _store = null!;

    // Streamiz makes transformers by itself, without arguments; a process runs one engine.
    public static string OutputPrefix { get; set; } = Topics.DefaultPrefix;
    public static long GraceMs { get; set; } = WindowTime.DefaultGraceMs;

    public void Init(ProcessorContext<byte[], StreamizOutput> context)
    {
        _context = context;
        _store = new StreamizStore((IKeyValueStore<byte[], byte[]>)context.GetStateStore(StoreName));
        _windows = new WindowStore(); // what was decoded before a loss is stale
    }

    public void Close() { }

    public Record<byte[], StreamizOutput> Process(Record<byte[], byte[]> record)
    {
        Topics.TryTimeframe(record.TopicPartitionOffset.Topic, out var timeframe);
        if (!SignalReader.TryRead(
            record.Key, record.Value, timeframe, _context.Timestamp, out var signal, out var refusal))
            return Refuse(record, refusal);
        var symbol = _windows.Touch(signal.Symbol, _store);
        symbol.Advance(signal.Ts, GraceMs, _store);
        var start = WindowTime.StartOf(signal.Ts);
        if (WindowTime.IsClosed(start, GraceMs, symbol.StreamTime))
        {
            _windows.Flush(_store);
            return Refuse(record, Refusal.Late(start + WindowTime.LengthMs, symbol.StreamTime));
        }

        var window = symbol.Window(start);
        var id = SignalId.Of(signal);
        var decision = window.TryTake(id) ? DecisionRule.Decide(window.State, signal, id) : null;
        _windows.Flush(_store); // there is no "before the commit" to do it in: each record is written as it is taken
        return decision is null ? null! : Decided(record, decision);
    }

    private Record<byte[], StreamizOutput> Decided(Record<byte[], byte[]> record, Decision decision)
    {
        _json.ResetWrittenCount();
        decision.Write(_json);
        var headers = new Headers
        { { Decision.SignalIdHeader, Encoding.ASCII.GetBytes(decision.SignalId.ToString()) } };
        if (record.Headers is not null && record.Headers.TryGetLastBytes(TraceParent, out var trace))
            headers.Add(TraceParent, trace);
        return Send(
            Topics.Decisions(OutputPrefix), record.Key, _json.WrittenSpan.ToArray(), decision.Timestamp, headers);
    }

    private Record<byte[], StreamizOutput> Refuse(Record<byte[], byte[]> record, Refusal refusal) => Send(
        Topics.DeadLetters(OutputPrefix), record.Key, record.Value, _context.Timestamp,
        DeadLetters.HeadersOf(record.Headers, refusal, record.TopicPartitionOffset));

    private static Record<byte[], StreamizOutput> Send(
        string topic, byte[] key, byte[]? value, long timestampMs, Headers headers) =>
        Record<byte[], StreamizOutput>.Create(key, new StreamizOutput(topic, value, timestampMs), headers);
}
