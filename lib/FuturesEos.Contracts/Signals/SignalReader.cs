using System.Text;
using FuturesEos.Contracts.Json;

namespace FuturesEos.Contracts.Signals;

/// <summary>Bytes of a record → a signal, or the reason why it is none.</summary>
/// <remarks>
/// <code>{"id":"a-1","symbol":"BTCUSDT","side":"BUY","qty":0.25,"price":65012.5,"timeframe":"1m","ts":1763596800000}</code>
/// The checks are made in the order of <see cref="RefusalReason"/>; being late is known only to the state.
/// </remarks>
public static class SignalReader
{
    /// <summary>
    /// A signal's time may be this much after its record's, in milliseconds: a wrong clock must not move stream time.
    /// </summary>
    public const long AheadMsMax = 3_600_000;

    /// <summary>Longest id, in characters.</summary>
    public const int IdLengthMax = 64;

    private const string NoAmount = "is not a number above 0 with at most 15 digits before and 8 after the point";

    /// <summary>Reads a record of a signal topic.</summary>
    /// <param name="key">The record's key; empty when it has none.</param>
    /// <param name="value">The record's value; empty when it has none.</param>
    /// <param name="topicTimeframe">The topic's timeframe.</param>
    /// <param name="recordTimestampMs">The record's timestamp, epoch milliseconds.</param>
    /// <param name="signal">The signal, when true is returned.</param>
    /// <param name="refusal">The reason, when false is returned.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        Timeframe topicTimeframe,
        long recordTimestampMs,
        out Signal signal,
        out Refusal refusal)
    {
        if (!TryReadValue(value, out signal, out refusal)) return false;
        if (signal.Ts - AheadMsMax > recordTimestampMs)
        {
            refusal = new Refusal(RefusalReason.InvalidField, "ts is more than an hour after the record's timestamp");
            return false;
        }

        if (!Ascii.Equals(key, signal.Symbol))
        {
            refusal = new Refusal(RefusalReason.KeyMismatch, "the record's key is not the signal's symbol");
            return false;
        }

        if (signal.Timeframe == topicTimeframe) return true;
        refusal = new Refusal(
            RefusalReason.TimeframeMismatch,
            $"timeframe {signal.Timeframe.Text()} on the topic of {topicTimeframe.Text()}");
        return false;
    }

    /// <summary>Reads a signal by itself, without the record it came in.</summary>
    public static bool TryReadValue(ReadOnlySpan<byte> value, out Signal signal, out Refusal refusal)
    {
        signal = default;
        refusal = default;
        if (value.IsEmpty)
        {
            refusal = new Refusal(RefusalReason.Malformed, "no value");
            return false;
        }

        value = WithoutMark(value);
        Span<JsonField> fields = stackalloc JsonField[SignalFields.Count];
        fields.Clear();
        if (!JsonFields.TryRead<SignalFields>(value, fields, out var error))
        {
            refusal = new Refusal(RefusalReason.Malformed, error);
            return false;
        }

        var wrong = Check(value, fields, out signal);
        if (wrong is null) return true;
        refusal = new Refusal(RefusalReason.InvalidField, wrong);
        return false;
    }

    /// <summary>
    /// What can be said of a value that may be no valid signal: where it belongs. For a tool that sends what it is
    /// given.
    /// </summary>
    public static SignalAddress Address(ReadOnlySpan<byte> value)
    {
        value = WithoutMark(value);
        Span<JsonField> fields = stackalloc JsonField[SignalFields.Count];
        fields.Clear();
        if (!JsonFields.TryRead<SignalFields>(value, fields, out _)) return default;
        Span<byte> buffer = stackalloc byte[JsonField.EscapedBytesMax];
        var symbol = fields[SignalFields.Symbol].TryAscii(value, buffer, out var text) && SymbolName.IsValid(text)
            ? SymbolName.Intern(text) : null;
        Timeframe? timeframe =
            fields[SignalFields.Timeframe].TryAscii(value, buffer, out text) && Timeframes.TryParse(text, out var known)
                ? known : null;
        return new SignalAddress(symbol, timeframe, TryTs(value, fields, out var ts) ? ts : null);
    }

    /// <summary>The bytes without a byte order mark, which a reader may ignore (RFC 8259, 8.1).</summary>
    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> value) =>
        value.StartsWith("\uFEFF"u8) ? value[3..] : value;

    /// <summary>What is wrong with the fields, or null.</summary>
    private static string? Check(ReadOnlySpan<byte> value, ReadOnlySpan<JsonField> fields, out Signal signal)
    {
        signal = default;
        Span<byte> buffer = stackalloc byte[JsonField.EscapedBytesMax];
        string? id = null;
        if (!fields[SignalFields.Id].IsAbsent)
        {
            if (!fields[SignalFields.Id].TryAscii(value, buffer, out var idText) || !IsId(idText))
                return "id is not 1 to 64 printable ASCII characters";
            id = Encoding.ASCII.GetString(idText);
        }

        if (!fields[SignalFields.Symbol].TryAscii(value, buffer, out var text) || !SymbolName.IsValid(text))
            return "symbol does not match [A-Z0-9._-]{1,32}";
        var symbol = SymbolName.Intern(text);
        if (!fields[SignalFields.Side].TryAscii(value, buffer, out text) || !Sides.TryParse(text, out var side))
            return "side is neither BUY nor SELL";
        if (!TryAmount(value, fields[SignalFields.Qty], out var qty))
            return "qty " + NoAmount;
        if (!TryAmount(value, fields[SignalFields.Price], out var price))
            return "price " + NoAmount;
        if (!fields[SignalFields.Timeframe].TryAscii(value, buffer, out text)
            || !Timeframes.TryParse(text, out var timeframe))
            return "timeframe is none of 1m, 5m, 15m";
        if (!TryTs(value, fields, out var ts))
            return "ts is not a whole number of milliseconds between 0 and 4102444800000";
        signal = new Signal(id, symbol, side, qty, price, timeframe, ts);
        return null;
    }

    private static bool TryAmount(ReadOnlySpan<byte> value, JsonField field, out decimal amount) =>
        field.TryNumber(value, Decimals.IntegerDigitsMax, Decimals.FractionDigitsMax, out amount) && amount > 0;

    private static bool TryTs(ReadOnlySpan<byte> value, ReadOnlySpan<JsonField> fields, out long ts)
    {
        ts = 0;
        if (!fields[SignalFields.Ts].TryNumber(value, 13, 0, out var number)
            || number <= 0 || number >= Timestamps.EndMs) return false;
        ts = (long)number;
        return true;
    }

    private static bool IsId(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= IdLengthMax && !text.ContainsAnyExceptInRange((byte)0x20, (byte)0x7e);
}
