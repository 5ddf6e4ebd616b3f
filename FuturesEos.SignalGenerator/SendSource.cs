using System.Runtime.CompilerServices;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.SignalGenerator;

/// <summary>
/// JSON lines → records, byte for byte, good or bad: to the topic of the line's timeframe (1m when it names none),
/// keyed by its symbol (none when it has none), stamped with its time.
/// </summary>
/// <remarks>
/// A line without a readable time takes that of the line before it: records are taken in order of their timestamps, and
/// one stamped with today among last year's would hold its partition up until all others are read. Lines before the
/// first time wait for it.
/// </remarks>
internal sealed class SendSource(Stream input, TimeProvider time)
{
    /// <summary>Longest line, in bytes; a broker takes 1,048,588 with all around it unless told otherwise.</summary>
    public const int LineBytesMax = 1_000_000;

    private const int WaitingLinesMax = 1000;

    public async IAsyncEnumerable<OutgoingRecord> ReadAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var waiting = new List<OutgoingRecord>();
        long? last = null;
        await foreach (var line in new LineReader(input, LineBytesMax).ReadAsync(cancellationToken))
        {
            if (line.IsTooLong)
                throw new ExpectedFailure(
                    ExitCode.CheckFailed,
                    $"line {line.Number} is longer than {LineBytesMax} bytes: neither it nor what "
                        + "follows was sent; shorten it");
            if (IsBlank(line.Bytes.Span)) continue;
            var address = SignalReader.Address(line.Bytes.Span);
            last = TimestampOf(address) ?? last;
            var key = address.Symbol is null ? null : Encoding.ASCII.GetBytes(address.Symbol);
            waiting.Add(
                new OutgoingRecord(address.Timeframe ?? Timeframe.OneMinute, key, line.Bytes.ToArray(), last ?? 0));
            if (last is null && waiting.Count < WaitingLinesMax) continue;
            foreach (var record in Stamped(waiting, last)) yield return record;
            waiting.Clear();
        }

        foreach (var record in Stamped(waiting, last)) yield return record;
    }

    /// <summary>
    /// The line's own time, unless a broker would refuse it for being too far ahead: then the processor shall say so.
    /// </summary>
    private long? TimestampOf(SignalAddress address) =>
        address.Ts is { } ts && ts <= NowMs + SignalReader.AheadMsMax ? ts : null;

    private IEnumerable<OutgoingRecord> Stamped(List<OutgoingRecord> waiting, long? last) =>
        waiting.Select(record => record.TimestampMs > 0 ? record : record with { TimestampMs = last ?? NowMs });

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;
}
