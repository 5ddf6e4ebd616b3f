using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
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
        error = "not one JSON object in UTF-8";
        if (!System.Text.Unicode.Utf8.IsValid(value)) return false;
        try
        {
            var reader = new Utf8JsonReader(value);
            using var document = JsonDocument.ParseValue(ref reader);
            if (reader.Read() || document.RootElement.ValueKind != JsonValueKind.Object) return false;
            decision = Read(new Fields(document.RootElement), out error);
            return decision is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Decision? Read(Fields fields, out string error)
    {
        var decision = new Decision(
            fields.Uuid("id"),
            fields.Uuid("signal_id"),
            fields.Symbol("symbol"),
            DecisionTexts.TryParse(fields.Text("action"), out DecisionAction action)
                ? action : fields.Fail<DecisionAction>("action"),
            DecisionTexts.TryParse(fields.Text("reason"), out DecisionReason reason)
                ? reason : fields.Fail<DecisionReason>("reason"),
            fields.Amount("confidence", 1),
            fields.Amount("suggested_price", IntegerDigitsMax),
            fields.Amount("suggested_qty", Decimals.IntegerDigitsMax),
            fields.Time("window_start"),
            fields.Time("window_end"),
            fields.Count("signal_count"),
            fields.Count("net"),
            fields.Time("timestamp"));
        if (decision.Confidence > 1) fields.Fail<decimal>("confidence");
        error = fields.Error ?? "";
        return fields.Error is null ? decision : null;
    }

    /// <summary>Fields by name; remembers the first that is not what it should be.</summary>
    private sealed class Fields(JsonElement json)
    {
        public string? Error { get; private set; }

        public T? Fail<T>(string name)
        {
            Error ??= json.TryGetProperty(name, out _) ? $"{name} is not what it should be" : $"{name} is missing";
            return default;
        }

        public string? Text(string name)
        {
            if (!json.TryGetProperty(name, out var field) || field.ValueKind != JsonValueKind.String) return null;
            try
            {
                return field.GetString();
            }
            catch (InvalidOperationException) // a lone surrogate: JSON's grammar allows it, no field here does
            {
                return null;
            }
        }

        public Guid Uuid(string name) => Guid.TryParseExact(Text(name), "D", out var uuid) ? uuid : Fail<Guid>(name);

        public string Symbol(string name) =>
            Text(name) is { } text && SymbolName.IsValid(text) ? text : Fail<string>(name) ?? "";

        public long Time(string name) => Timestamps.TryParse(Text(name), out var ms) ? ms : Fail<long>(name);

        public int Count(string name) =>
            json.TryGetProperty(name, out var field)
                && field.ValueKind == JsonValueKind.Number && field.TryGetInt32(out var count)
                ? count : Fail<int>(name);

        public decimal Amount(string name, int integerDigitsMax) =>
            json.TryGetProperty(name, out var field) && field.ValueKind == JsonValueKind.Number
            && Decimals.TryParse(
                JsonMarshal.GetRawUtf8Value(field), integerDigitsMax, Decimals.FractionDigitsMax, out var amount)
            && amount >= 0
                ? amount : Fail<decimal>(name);
    }
}
