using System.Text.Json;

namespace FuturesEos.Contracts.Json;

/// <summary>
/// Takes one JSON object apart into the fields that are asked for, before anything is known of their values. Of a
/// repeated field the last counts; null counts as absent; unknown fields are skipped, whatever is in their names and
/// values.
/// </summary>
internal static class JsonFields
{
    // A record's size limits how deep it can nest. The reader keeps one bit for each level, and no stack frame.
    private static readonly JsonReaderOptions Options = new() { MaxDepth = int.MaxValue };

    /// <summary>False when the bytes are not one JSON object in UTF-8.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="fields">As many as <typeparamref name="TNames"/> has, all absent.</param>
    /// <param name="error">What is wrong, when false is returned.</param>
    public static bool TryRead<TNames>(ReadOnlySpan<byte> json, Span<JsonField> fields, out string error)
        where TNames : IFieldNames
    {
        error = "not JSON";
        if (!System.Text.Unicode.Utf8.IsValid(json))
        {
            error = "not UTF-8";
            return false;
        }

        var reader = new Utf8JsonReader(json, Options);
        Span<byte> buffer = stackalloc byte[JsonField.EscapedBytesMax];
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                error = "not a JSON object";
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOf<TNames>(ref reader, buffer);
                if (index >= 0) fields[index].Set(ref reader);
                else reader.Skip();
            }

            error = "more than one JSON object";
            return !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>
    /// A name with an escape that is no ASCII, half a surrogate pair (<c>"\ud800"</c>) among them, is unknown.
    /// </summary>
    private static int IndexOf<TNames>(ref Utf8JsonReader reader, scoped Span<byte> buffer)
        where TNames : IFieldNames
    {
        if (!reader.ValueIsEscaped) return TNames.IndexOf(reader.ValueSpan);
        return JsonField.TryUnescapeAscii(reader.ValueSpan, buffer, out var length)
            ? TNames.IndexOf(buffer[..length]) : -1;
    }
}
