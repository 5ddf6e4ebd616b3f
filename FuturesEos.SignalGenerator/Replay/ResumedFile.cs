using System.Runtime.CompilerServices;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.SignalGenerator.Replay;

/// <summary>
/// The signals of a file that are not in the topics yet. A replay that was interrupted left the file's own first
/// signals there, and goes on behind them; anything else that is newer than the file's beginning would hold the file's
/// history back on some topics and not on others, and is refused before anything is sent.
/// </summary>
/// <param name="trades">The file.</param>
/// <param name="kafka">Where Kafka is; null: everything is sent, whatever lies there.</param>
/// <param name="turned">Told with each signal that is compared: the loop turns.</param>
internal sealed class ResumedFile(TradeFileSource trades, KafkaSettings? kafka, Action turned)
{
    private long _there;
    private bool _isComplete;

    /// <summary>What the last line adds to the number sent.</summary>
    public string Remark => _there == 0 ? ""
        : _isComplete ? $": all {_there} of {trades.Name} are in the topics already"
        : $"; the first {_there} of {trades.Name} were in the topics already";

    /// <summary>What is to be sent, in order of time.</summary>
    /// <exception cref="ExpectedFailure">Newer signals lie in the topics.</exception>
    public async IAsyncEnumerable<Signal> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var signals = trades.ReadAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        await using var _ = signals.ConfigureAwait(false);
        if (!await signals.MoveNextAsync()) yield break;
        if (kafka is not null && !await SkipStoredAsync(signals, kafka)) yield break;
        do yield return signals.Current;
        while (await signals.MoveNextAsync());
    }

    /// <summary>False: the whole file is there.</summary>
    private async Task<bool> SkipStoredAsync(IAsyncEnumerator<Signal> signals, KafkaSettings at)
    {
        var first = signals.Current;
        using var stored = new StoredSignals(at, first);
        while (!_isComplete && stored.TryTake(signals.Current))
        {
            _there++;
            turned();
            _isComplete = !await signals.MoveNextAsync();
        }

        if (_isComplete) return false;
        return stored.FindNewer() is { } newer ? throw Refuse(first, stored.Newer, newer) : true;
    }

    private ExpectedFailure Refuse(in Signal first, long count, ConsumeResult<byte[]?, byte[]?> newer)
    {
        var key = newer.Message.Key is { } bytes && SymbolName.IsValid(bytes)
            ? Encoding.ASCII.GetString(bytes) : "a record";
        var own = _there == 0 ? "none of them" : $"only {_there} of them";
        return new ExpectedFailure(
            ExitCode.CheckFailed,
            $"nothing was sent: {trades.Name} begins at {Timestamps.Format(first.Ts)}, and the signal topics hold "
                + $"{count} newer records, {own} the file's own first signals. The first other one is {key} of "
                + $"{Timestamps.Format(newer.Message.Timestamp.UnixTimestampMs)} at {newer.Topic} "
                + $"[{newer.Partition.Value}] offset {newer.Offset.Value}. Beside newer signals, part of the file "
                + "would come too late (dead letters LATE). Replay it into a pipeline of its own: "
                + "'eos up --rate 0 --data DIR', then 'eos replay FILE --data DIR'. "
                + "Or add --mix to send it all the same");
    }
}
