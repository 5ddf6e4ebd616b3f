using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FuturesEos.Contracts.Signals;

/// <summary>
/// The seven fields of a signal as they stand in the JSON, before anything is known of their values. Of a repeated
/// field the last counts; null counts as absent; other fields are passed over.
/// </summary>
internal struct SignalFields
{
    /// <summary>Objects and arrays inside unknown fields may be this deep.</summary>
    public const int DepthMax = 1000;

    public Field Id;
    public Field Symbol;
    public Field Side;
    public Field Qty;
    public Field Price;
    public Field Timeframe;
    public Field Ts;

    /// <summary>The bytes without a byte order mark, which a reader may ignore (RFC 8259, 8.1).</summary>
    public static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> value) =>
        value.StartsWith("\uFEFF"u8) ? value[3..] : value;

    /// <summary>Takes one JSON object apart; false when the bytes are not one JSON object in UTF-8.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out SignalFields fields, out string error)
    {
        fields = default;
        error = "not JSON";
        if (!System.Text.Unicode.Utf8.IsValid(value))
        {
            error = "not UTF-8";
            return false;
        }

        var reader = new Utf8JsonReader(value, new JsonReaderOptions { MaxDepth = DepthMax });
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                error = "not a JSON object";
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.Take(ref reader);
            error = "more than one JSON object";
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException) // of CheckName
        {
            error = "a name is no text";
            return false;
        }
    }

    /// <summary>
    /// A name with half a surrogate pair (<c>"\ud800"</c>) can be compared with nothing: the object is malformed, as it
    /// is for readers that decode names. In values, which nobody asks for, it may stand.
    /// </summary>
    private static void CheckName(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueIsEscaped) _ = reader.GetString();
    }

    private static void PassOver(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.PropertyName) reader.Read();
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) return;
        for (var depth = reader.CurrentDepth; reader.Read() && reader.CurrentDepth > depth;) CheckName(ref reader);
    }

    private void Take(ref Utf8JsonReader reader)
    {
        CheckName(ref reader);
        Span<byte> unescaped = stackalloc byte[Field.EscapedBytesMax];
        scoped var name = reader.ValueSpan;
        if (reader.ValueIsEscaped)
            name = Field.TryUnescapeAscii(name, unescaped, out var length) ? unescaped[..length] : default;
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("id"u8): Id.Set(ref reader); break;
            case 2 when name.SequenceEqual("ts"u8): Ts.Set(ref reader); break;
            case 3 when name.SequenceEqual("qty"u8): Qty.Set(ref reader); break;
            case 4 when name.SequenceEqual("side"u8): Side.Set(ref reader); break;
            case 5 when name.SequenceEqual("price"u8): Price.Set(ref reader); break;
            case 6 when name.SequenceEqual("symbol"u8): Symbol.Set(ref reader); break;
            case 9 when name.SequenceEqual("timeframe"u8): Timeframe.Set(ref reader); break;
            default: PassOver(ref reader); break;
        }
    }

    /// <summary>One value: its kind, and where in the JSON its bytes are, without quotes.</summary>
    internal struct Field
    {
        /// <summary>
        /// Longest text that is unescaped: 64 characters of six bytes each (<c>\u0041</c>). All longer ones are too
        /// long.
        /// </summary>
        public const int EscapedBytesMax = 64 * 6;

        private int _start;
        private int _length;
        private bool _isEscaped;
        private JsonTokenType _type;

        public readonly bool IsAbsent => _type == JsonTokenType.None;

        public void Set(ref Utf8JsonReader reader)
        {
            reader.Read();
            _type = reader.TokenType == JsonTokenType.Null ? JsonTokenType.None : reader.TokenType;
            _isEscaped = _type == JsonTokenType.String && reader.ValueIsEscaped;
            _start = (int)reader.TokenStartIndex + (_type == JsonTokenType.String ? 1 : 0);
            _length = _type is JsonTokenType.String or JsonTokenType.Number ? reader.ValueSpan.Length : 0;
            PassOver(ref reader);
        }

        /// <summary>A number within limits.</summary>
        public readonly bool TryNumber(
            ReadOnlySpan<byte> json, int integerDigitsMax, int fractionDigitsMax, out decimal value)
        {
            value = 0;
            return _type == JsonTokenType.Number
                && Decimals.TryParse(Text(json), integerDigitsMax, fractionDigitsMax, out value);
        }

        /// <summary>
        /// A string of ASCII, escapes resolved; <paramref name="buffer"/> is used only when there are any.
        /// </summary>
        public readonly bool TryAscii(ReadOnlySpan<byte> json, Span<byte> buffer, out ReadOnlySpan<byte> text)
        {
            text = Text(json);
            if (_type != JsonTokenType.String) return false;
            if (!_isEscaped) return Ascii.IsValid(text);
            if (!TryUnescapeAscii(text, buffer, out var length)) return false;
            text = buffer[..length];
            return true;
        }

        /// <summary>
        /// Resolves the escapes of a JSON string (well-formed, the reader has seen it) as long as all is ASCII. The
        /// framework's own way throws for a lone surrogate such as <c>\ud800</c>, which JSON's grammar allows.
        /// </summary>
        public static bool TryUnescapeAscii(ReadOnlySpan<byte> escaped, Span<byte> buffer, out int length)
        {
            length = 0;
            if (escaped.Length > EscapedBytesMax) return false;
            for (var i = 0; i < escaped.Length; i++)
            {
                int c = escaped[i];
                if (c == '\\')
                {
                    c = escaped[++i] switch
                    {
                        (byte)'b' => '\b',
                        (byte)'f' => '\f',
                        (byte)'n' => '\n',
                        (byte)'r' => '\r',
                        (byte)'t' => '\t',
                        (byte)'u' => int.Parse(
                            escaped.Slice(i + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                        var itself => itself, // quote, backslash, slash
                    };
                    if (escaped[i] == 'u') i += 4;
                }

                if (c > 0x7f) return false;
                buffer[length++] = (byte)c;
            }

            return true;
        }

        private readonly ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json) => json.Slice(_start, _length);
    }
}
