using System.Text.Json;

namespace FuturesEos.Cli.Reading;

/// <summary>What a record calls itself.</summary>
internal static class RecordId
{
    /// <summary>Stands for the field <c>id</c> of a JSON value; any other name is a header's.</summary>
    public const string FieldName = "id";

    /// <summary>The id; null when it has none.</summary>
    public static string? Of(CommittedRecord record, string by) =>
        by == FieldName ? Field(record.Value) : record.HeaderText(by);

    /// <summary>{"id":"…",…}: a text or a number.</summary>
    private static string? Field(byte[]? value)
    {
        if (value is null) return null;
        try
        {
            var reader = new Utf8JsonReader(value);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isId = reader.ValueTextEquals("id"u8);
                reader.Read();
                if (isId) return reader.TokenType is JsonTokenType.String ? reader.GetString()
                    : reader.TokenType is JsonTokenType.Number
                        ? System.Text.Encoding.UTF8.GetString(reader.ValueSpan) : null;
                reader.Skip();
            }

            return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
