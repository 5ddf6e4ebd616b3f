using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FuturesEos.Contracts.Json;

/// <summary>One value of a JSON object: its kind, and where in the JSON its bytes are, without quotes.</summary>
internal struct JsonField
{
    /// <summary>
    /// Longest text that is unescaped: 64 characters of six bytes each (<c>\u0041</c>). All longer ones are too long.
    /// </summary>
    public const int EscapedBytesMax = 64 * 6;

    private int _start;
    private int _length;
    private bool _isEscaped;
    private JsonTokenType _type;

    public readonly bool IsAbsent => _type == JsonTokenType.None;

    /// <summary>Takes the value that the reader comes to next; null counts as absent.</summary>
    public void Set(ref Utf8JsonReader reader)
    {
        reader.Read();
        _type = reader.TokenType == JsonTokenType.Null ? JsonTokenType.None : reader.TokenType;
        _isEscaped = _type == JsonTokenType.String && reader.ValueIsEscaped;
        _start = (int)reader.TokenStartIndex + (_type == JsonTokenType.String ? 1 : 0);
        _length = _type is JsonTokenType.String or JsonTokenType.Number ? reader.ValueSpan.Length : 0;
        if (_type is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
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
