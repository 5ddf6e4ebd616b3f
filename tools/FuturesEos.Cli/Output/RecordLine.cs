using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using FuturesEos.Cli.Reading;
using FuturesEos.Cli.Wire;

namespace FuturesEos.Cli.Output;

/// <summary>A record as it is printed: text where it is text, base64 where it is not.</summary>
internal static class RecordLine
{
    /// <summary><c>2:1042  2026-11-20T10:03:12.345Z  BTCUSDT  {…}</c>.</summary>
    public static string Text(CommittedRecord record) => string.Create(
        CultureInfo.InvariantCulture,
        $"{record.Partition}:{record.Offset}  {Time(record.TimestampMs)}  {Printable(record.Key) ?? "-"}  "
            + $"{Printable(record.Value) ?? "(null)"}");

    /// <summary>The same, behind its state, transactional id, producer and epoch.</summary>
    public static string Text(LoggedRecord logged, string? transactionalId)
    {
        var who = logged.IsTransactional
            ? string.Create(CultureInfo.InvariantCulture,
                $"{transactionalId ?? "?"} {logged.ProducerId}/{logged.ProducerEpoch}") : "-";
        var what =
            logged.Marker is { } marker
                ? $"{logged.Record.Partition}:{logged.Record.Offset}  {Time(logged.Record.TimestampMs)}  ({marker} marker)" : Text(logged.Record);
        return $"{logged.State,-9}  {who}  {what}";
    }

    /// <summary>As a JSON object.</summary>
    public static Dictionary<string, object?> Json(CommittedRecord record)
    {
        var json = new Dictionary<string, object?>
        {
            ["topic"] = record.Topic, ["partition"] = record.Partition, ["offset"] = record.Offset,
            ["timestamp"] = Time(record.TimestampMs),
            ["key"] = Printable(record.Key),
        };
        if (record.Value is { } value && TryJson(value) is { } parsed) json["value"] = parsed;
        else json["value"] = Printable(record.Value);
        if (record.Headers.Count > 0)
            json["headers"] = record.Headers.Select(
                h => new Dictionary<string, string?> { ["name"] = h.Name, ["value"] = Printable(h.Value) }).ToList();
        return json;
    }

    /// <summary>As a JSON object, with what is known of its transaction.</summary>
    public static Dictionary<string, object?> Json(LoggedRecord logged, string? transactionalId)
    {
        var json = Json(logged.Record);
        json["state"] = logged.State;
        if (logged.Marker is { } marker) json["marker"] = marker;
        if (!logged.IsTransactional) return json;
        json["transactional_id"] = transactionalId;
        json["producer_id"] = logged.ProducerId;
        json["producer_epoch"] = logged.ProducerEpoch;
        return json;
    }

    /// <summary>Bytes as text on one line; <c>base64:…</c> when they are no UTF-8.</summary>
    public static string? Printable(byte[]? bytes)
    {
        if (bytes is null) return null;
        if (!Utf8.IsValid(bytes)) return "base64:" + Convert.ToBase64String(bytes);
        var text = Encoding.UTF8.GetString(bytes);
        // a record must not move the terminal's cursor
        return text.Any(char.IsControl) ? JsonSerializer.Serialize(text) : text;
    }

    private static string Time(long ms) => ms is >= 0 and < 253_402_300_800_000
        ? DateTime.UnixEpoch.AddMilliseconds(ms).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)
        : ms.ToString(CultureInfo.InvariantCulture);

    private static JsonElement? TryJson(byte[] value)
    {
        if (!Utf8.IsValid(value)) return null;
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(value);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
