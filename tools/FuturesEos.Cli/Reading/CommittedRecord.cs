namespace FuturesEos.Cli.Reading;

/// <summary>A record as it lies in a topic, byte for byte.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="Partition">Its partition.</param>
/// <param name="Offset">Its offset there.</param>
/// <param name="TimestampMs">Its timestamp, epoch milliseconds.</param>
/// <param name="Key">Its key; null when it has none.</param>
/// <param name="Value">Its value; null when it has none.</param>
/// <param name="Headers">Its headers in their order; a name may occur more than once.</param>
internal sealed record CommittedRecord(
    string Topic,
    int Partition,
    long Offset,
    long TimestampMs,
    byte[]? Key,
    byte[]? Value,
    IReadOnlyList<RecordHeader> Headers)
{
    /// <summary>Where it lies, as messages name it: <c>trading.decisions 2:1042</c>.</summary>
    public string Place => $"{Topic} {Partition}:{Offset}";

    /// <summary>The last header of a name as text; null when there is none or it has no value.</summary>
    public string? HeaderText(string name)
    {
        for (var i = Headers.Count - 1; i >= 0; i--)
        {
            if (Headers[i].Name == name) return Headers[i].Text;
        }

        return null;
    }
}
