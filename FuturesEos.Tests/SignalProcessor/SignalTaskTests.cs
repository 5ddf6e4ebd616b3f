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
using Xunit;

namespace FuturesEos.Tests.SignalProcessor;

/// <summary>The task without a broker, its transactions committed and rewound by hand.</summary>
public class SignalTaskTests
{
    private readonly MemoryStore _committed = new();
    private readonly StateStore _state;
    private readonly SignalTask _task = new("trading", TimeSpan.FromSeconds(30));
    private readonly TaskContext _context;
    private readonly List<(string Topic, Message<byte[]?, byte[]?> Record)> _sent = [];
    private long _position;
    private int _largest;
    private int _cutShort;

    public SignalTaskTests()
    {
        _state = new StateStore(_committed);
        _context = new TaskContext(new TaskId(0), _state, (topic, record) => _sent.Add((topic, record)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void decisions_are_the_folds_wherever_commits_and_rewinds_fall(int seed) =>
        DecideWithRestarts(Inputs(seed, 5000), seed, commitEvery: 200, restartEvery: 10);

    /// <summary>Its ids are hundreds of keys, which take many records to delete: restarts fall between.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void so_they_are_where_one_busy_symbol_fills_a_window_with_thousands_of_ids(int seed)
    {
        var inputs = Inputs(seed, 30_000, new SignalSamples(seed, symbols: 1, stepMs: 100));
        DecideWithRestarts(inputs, seed, commitEvery: 10, restartEvery: 50);
        Assert.True(_largest > 150, $"{_largest} keys at most");
        Assert.InRange(_cutShort, 2, int.MaxValue);
    }

    [Fact]
    public void closed_windows_leave_no_key_behind()
    {
        foreach (var input in Inputs(5, 8000))
        {
            _task.Process(input, _context);
            if (input.Offset % 100 == 0) Commit();
        }

        Commit();
        var keys = _state.Scan([]);

        // per symbol: its time, and for the two windows that may be open their state and a few blocks of ids
        Assert.InRange(keys.Count, 12, 12 * 8);
    }

    [Fact]
    public void a_large_window_whose_deletion_a_restart_cut_short_is_deleted_on()
    {
        const long Start = 1_763_596_800_000;
        for (var i = 0; i < 2000; i++)
            _task.Process(Record(i, "BTC", Signal("BTC", $"id-{i}", Start), Start), _context);
        Commit();
        var full = _state.Scan([]).Count;
        for (var i = 2000; i < 2010; i++)
        {
            // each record deletes some of its keys, and is the last before a restart
            var time = Start + 3_600_000 + i;
            _task.Process(Record(i, "BTC", Signal("BTC", $"id-{i}", time), time), _context);
            Commit();
            _task.Forget();
        }

        Assert.True(full > 60);
        Assert.InRange(_state.Scan([]).Count, 3, 4); // its time, the open window, a block of ids
    }

    [Fact]
    public void a_busy_window_rewrites_no_more_than_a_block_of_ids()
    {
        for (var i = 0; i < 1000; i++)
            _task.Process(Record(i, "BTC", Signal("BTC", $"id-{i}", 1_763_596_800_000), 1_763_596_800_000), _context);
        Commit();
        _task.Process(Record(1000, "BTC", Signal("BTC", "id-1000", 1_763_596_800_000), 1_763_596_800_000), _context);
        _task.BeforeCommit(_context);
        Assert.True(_state.Staged.Values.Sum(v => v!.Length) < 1024);
        Assert.Equal(2, _state.Staged.Count);
    }

    [Fact]
    public void a_trace_is_passed_on_and_a_dead_letter_keeps_its_headers()
    {
        var headers = new Headers { { "traceparent", "00-1-2-01"u8.ToArray() }, { "own", "x"u8.ToArray() } };
        _task.Process(Record(1, "BTC", Signal("BTC", "a", 1_763_596_800_000), 1_763_596_800_000, headers), _context);
        _task.Process(Record(2, "BTC", "{", 1_763_596_800_000, headers), _context);
        Assert.Equal("00-1-2-01", Header(_sent[0].Record, "traceparent"));
        Assert.Equal(["traceparent", "own", "dlq.reason", "dlq.detail", "dlq.topic", "dlq.partition", "dlq.offset"],
            _sent[1].Record.Headers.Select(h => h.Key));
        Assert.Equal(("trading.signal.dead-letter", "MALFORMED", "2"),
            (_sent[1].Topic, Header(_sent[1].Record, "dlq.reason"), Header(_sent[1].Record, "dlq.offset")));
    }

    private void DecideWithRestarts(List<InputRecord> inputs, int seed, int commitEvery, int restartEvery)
    {
        var chance = new Random(seed);
        var from = 0;
        var kept = new List<(string Topic, Message<byte[]?, byte[]?> Record)>();
        while (from < inputs.Count)
        {
            var to = Math.Min(inputs.Count, from + chance.Next(1, commitEvery));
            for (var i = from; i < to; i++) _task.Process(inputs[i], _context);
            if (chance.Next(4) == 0)
            {
                Rewind();
                continue;
            }

            var isDeleting = _state.Staged.Values.Any(value => value is null);
            Commit();
            kept.AddRange(_sent);
            _sent.Clear();
            from = to;
            if (chance.Next(isDeleting ? 2 : restartEvery) == 0) Restart();
        }

        Assert.Equal(Expected(inputs), kept.ConvertAll(Line));
    }

    private void Commit()
    {
        _task.BeforeCommit(_context);
        _state.ApplyStaged(new ChangelogPosition("log", "", 0, ++_position, 0));
        _task.AfterCommit();
    }

    private void Rewind()
    {
        _sent.Clear();
        _state.DropStaged();
        _task.Forget();
    }

    private void Restart()
    {
        _task.Forget();
        var keys = _state.Scan([]).Select(entry => Convert.ToHexString(entry.Key)).ToHashSet();
        _largest = Math.Max(_largest, keys.Count);
        if (keys.Any(key => IsBlock(key) && !keys.Contains(key[..^10] + "00"))) _cutShort++;

        static bool IsBlock(string key) => key[^10..^8] == "01";
    }

    private static List<InputRecord> Inputs(int seed, int count, SignalSamples? samples = null)
    {
        samples ??= new SignalSamples(seed);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (topic, key, json) = samples.Next();
            _ = Topics.TryTimeframe(topic, out var timeframe);
            return Record(i, key, json, samples.TimestampMs, timeframe: timeframe);
        })];
    }

    private static List<string> Expected(List<InputRecord> inputs)
    {
        var folds = new Dictionary<string, SymbolFold>();
        var lines = new List<string>();
        foreach (var input in inputs)
        {
            if (!SignalReader.TryRead(input.Key,
                input.Value, (Timeframe)input.TopicIndex, input.TimestampMs, out var signal, out var refusal))
            {
                lines.Add($"{Topics.DeadLetters()} {refusal.Code} {input.Offset}");
                continue;
            }

            if (!folds.TryGetValue(signal.Symbol, out var fold)) folds.Add(signal.Symbol, fold = new SymbolFold());
            var result = fold.Take(signal);
            if (result.Kind == FoldKind.Late) lines.Add($"{Topics.DeadLetters()} LATE {input.Offset}");
            if (result.Decision is not { } decision) continue;
            var json = new ArrayBufferWriter<byte>();
            decision.Write(json);
            lines.Add(
                $"{Topics.Decisions()} {result.SignalId} {decision.Timestamp} {Encoding.UTF8.GetString(json.WrittenSpan)}");
        }

        return lines;
    }

    private static string Line((string Topic, Message<byte[]?, byte[]?> Record) sent) => sent.Topic == Topics.DeadLetters()
        ? $"{sent.Topic} {Header(sent.Record, DeadLetterHeaders.Reason)} {Header(sent.Record, DeadLetterHeaders.Offset)}"
        : $"{sent.Topic} {Header(sent.Record, Decision.SignalIdHeader)} {sent.Record.Timestamp.UnixTimestampMs} {Encoding.UTF8.GetString(sent.Record.Value!)}";

    private static string Header(Message<byte[]?, byte[]?> record, string name) =>
        Encoding.UTF8.GetString(record.Headers.GetLastBytes(name));

    private static string Signal(string symbol, string id, long ts) =>
        $$"""{"id":"{{id}}","symbol":"{{symbol}}","side":"BUY","qty":1,"price":2,"timeframe":"1m","ts":{{ts}}}""";

    private static InputRecord Record(
        long offset, string key,
        string json, long timestampMs, Headers? headers = null, Timeframe timeframe = Timeframe.OneMinute) => new(
        new ConsumeResult<byte[]?, byte[]?>
        {
            Topic = Topics.Signals(timeframe), Partition = 0, Offset = offset,
            Message = new Message<byte[]?, byte[]?>
            {
                Key = Encoding.UTF8.GetBytes(key), Value = Encoding.UTF8.GetBytes(json), Headers = headers ?? [],
                Timestamp = new Timestamp(timestampMs, TimestampType.CreateTime),
            },
        }, (int)timeframe);
}
