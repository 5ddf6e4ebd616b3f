using System.Buffers;
using System.Text;
using FuturesEos.Contracts;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.SignalGenerator;

/// <summary>A record on its way to the topic of a timeframe.</summary>
/// <param name="Timeframe">Which topic.</param>
/// <param name="Key">Its key; null: none.</param>
/// <param name="Value">Its value.</param>
/// <param name="TimestampMs">Its timestamp, epoch milliseconds.</param>
internal readonly record struct OutgoingRecord(Timeframe Timeframe, byte[]? Key, byte[] Value, long TimestampMs)
{
    /// <summary>
    /// Sent only when everything before it is acknowledged. History passes in a moment: a 15m signal that arrived after
    /// the 1m signals of the next hour would be late, and no reader can know what is still on its way.
    /// </summary>
    public bool AfterAllBefore { get; init; }

    /// <summary>The record of a signal: keyed by its symbol, stamped with its time.</summary>
    public static OutgoingRecord Of(in Signal signal)
    {
        var json = new ArrayBufferWriter<byte>(512);
        signal.Write(json);
        return new OutgoingRecord(
            signal.Timeframe, Encoding.ASCII.GetBytes(signal.Symbol), json.WrittenSpan.ToArray(), signal.Ts);
    }
}
