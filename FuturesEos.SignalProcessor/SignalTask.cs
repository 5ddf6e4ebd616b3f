using System.Buffers;
using System.Diagnostics;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Decisions;
using FuturesEos.Contracts.Signals;
using FuturesEos.Streams;

namespace FuturesEos.SignalProcessor;

/// <summary>Stage 2 for one partition: reads a signal, refuses it, or folds it into its window and decides.</summary>
internal sealed class SignalTask : ITaskProcessor
{
    private const string TraceParent = "traceparent";
    private const int UuidTextBytes = 36;

    private readonly WindowStore _windows = new();
    private readonly ArrayBufferWriter<byte> _json = new(1024);
    private readonly DeadLetters _deadLetters;
    private readonly PendingCounts _counts = new();
    private readonly string _decisions;
    private readonly long _graceMs;

    public SignalTask(string outputPrefix, TimeSpan grace)
    {
        _decisions = Topics.Decisions(outputPrefix);
        _deadLetters = new DeadLetters(Topics.DeadLetters(outputPrefix));
        _graceMs = (long)grace.TotalMilliseconds;
    }

    public void Process(in InputRecord record, TaskContext context)
    {
        // the input topics are subscribed in the order of the timeframes
        var timeframe = (Timeframe)record.TopicIndex;
        if (!SignalReader.TryRead(
            record.Key, record.Value, timeframe, record.TimestampMs, out var signal, out var refusal))
        {
            Refuse(in record, refusal, context);
            return;
        }

        var symbol = _windows.Touch(signal.Symbol, context.State);
        symbol.Advance(signal.Ts, _graceMs, context.State);
        var start = WindowTime.StartOf(signal.Ts);
        if (WindowTime.IsClosed(start, _graceMs, symbol.StreamTime))
        {
            Refuse(in record, Refusal.Late(start + WindowTime.LengthMs, symbol.StreamTime), context);
            return;
        }

        var window = symbol.Window(start);
        var id = SignalId.Of(signal);
        if (!window.TryTake(id))
        {
            _counts.Duplicates++;
            return;
        }

        Emit(DecisionRule.Decide(window.State, signal, id), in record, context);
    }

    public void BeforeCommit(TaskContext context) => _windows.Flush(context.State);

    public void AfterCommit() => _counts.Publish();

    public void Forget()
    {
        _windows.Forget();
        _counts.Drop();
    }

    private void Refuse(in InputRecord record, Refusal refusal, TaskContext context)
    {
        _counts.DeadLetters[(int)refusal.Reason]++;
        _deadLetters.Emit(in record, refusal, context);
    }

    private void Emit(Decision decision, in InputRecord record, TaskContext context)
    {
        _counts.Decisions[(int)decision.Action]++;
        _json.ResetWrittenCount();
        decision.Write(_json);
        var idText = new byte[UuidTextBytes];
        decision.SignalId.TryFormat(idText, out _);
        var headers = new Headers { new Header(Decision.SignalIdHeader, idText) };

        // the trace goes on through the engine's span where one is made, else as it came
        if (Activity.Current?.Id is { } span)
            headers.Add(TraceParent, Encoding.ASCII.GetBytes(span));
        else if (record.Headers.TryGetLastBytes(TraceParent, out var trace))
            headers.Add(TraceParent, trace);
        context.Emit(_decisions, record.Key, _json.WrittenSpan.ToArray(), decision.Timestamp, headers);
    }
}
