using System.Diagnostics.CodeAnalysis;
using System.Text;
using FuturesEos.Contracts.Json;
using FuturesEos.Contracts.Signals;

namespace FuturesEos.Contracts.Decisions;

/// <summary>
/// Bytes of a record → a decision, or what is wrong with them: this pipeline writes none that cannot be read, others
/// may.
/// </summary>
public static class DecisionReader
{
    /// <summary>
    /// Digits before the point that a decision's price may have: one more than a signal's, for the adjustment.
    /// </summary>
    private const int IntegerDigitsMax = Decimals.IntegerDigitsMax + 1;

    private const int CountDigitsMax = 10;

    /// <summary>
    /// Reads the JSON of the contract; fields in any order, unknown ones ignored, of a repeated one the last counts.
    /// </summary>
    /// <param name="value">The record's value.</param>
    /// <param name="decision">The decision, when true is returned.</param>
    /// <param name="error">One sentence, when false is returned.</param>
    public static bool TryRead(
        ReadOnlySpan<byte> value, [NotNullWhen(true)] out Decision? decision, [NotNullWhen(false)] out string? error)
    {
        decision = null;
        Span<JsonField> fields = stackalloc JsonField[DecisionFields.Count];
        fields.Clear();
        if (!JsonFields.TryRead<DecisionFields>(value, fields, out _))
        {
            error = "not one JSON object in UTF-8";
            return false;
        }

        var reader = new Reader(value, fields);
        decision = Read(ref reader);
        error = reader.Error;
        if (error is not null) decision = null;
        return decision is not null;
    }

    private static Decision Read(ref Reader fields) => new(
        fields.Uuid("id"),
        fields.Uuid("signal_id"),
        fields.Symbol("symbol"),
        DecisionTexts.TryParse(fields.Text("action"), out DecisionAction action)
            ? action : fields.Fail<DecisionAction>("action"),
        DecisionTexts.TryParse(fields.Text("reason"), out DecisionReason reason)
            ? reason : fields.Fail<DecisionReason>("reason"),
        fields.Share("confidence"),
        fields.Amount("suggested_price", IntegerDigitsMax),
        fields.Amount("suggested_qty", Decimals.IntegerDigitsMax),
        fields.Time("window_start"),
        fields.Time("window_end"),
        fields.Count("signal_count"),
        fields.Count("net"),
        fields.Time("timestamp"));

    /// <summary>Fields by name; remembers the first that is not what it should be.</summary>
    private ref struct Reader(ReadOnlySpan<byte> json, ReadOnlySpan<JsonField> fields)
    {
        private readonly ReadOnlySpan<byte> _json = json;
        private readonly ReadOnlySpan<JsonField> _fields = fields;

        public string? Error { get; private set; }

        public T? Fail<T>(string name)
        {
            Error ??= Field(name).IsAbsent ? $"{name} is missing" : $"{name} is not what it should be";
            return default;
        }

        public readonly string? Text(string name)
        {
            Span<byte> buffer = stackalloc byte[JsonField.EscapedBytesMax];
            return Field(name).TryAscii(_json, buffer, out var text) ? Encoding.ASCII.GetString(text) : null;
        }

        public Guid Uuid(string name) => Guid.TryParseExact(Text(name), "D", out var uuid) ? uuid : Fail<Guid>(name);

        public string Symbol(string name) =>
            Text(name) is { } text && SymbolName.IsValid(text) ? text : Fail<string>(name) ?? "";

        public long Time(string name) => Timestamps.TryParse(Text(name), out var ms) && ms >= 0 ? ms : Fail<long>(name);

        public int Count(string name) =>
            Field(name).TryNumber(_json, CountDigitsMax, 0, out var count)
            && count is >= int.MinValue and <= int.MaxValue
                ? (int)count : Fail<int>(name);

        public decimal Amount(string name, int integerDigitsMax) =>
            Field(name).TryNumber(_json, integerDigitsMax, Decimals.FractionDigitsMax, out var amount) && amount >= 0
                ? amount : Fail<decimal>(name);

        /// <summary>0 to 1.</summary>
        public decimal Share(string name) =>
            Amount(name, 1) is var share && share <= 1 ? share : Fail<decimal>(name);

        private readonly JsonField Field(string name) => _fields[DecisionFields.IndexOf(name)];
    }
}
