using System.Globalization;
using System.Text.Json.Nodes;

namespace FuturesEos.Cli.Capture;

/// <summary>Debezium's place in PostgreSQL's log, as Connect stores it.</summary>
internal static class DebeziumOffset
{
    /// <summary>Every transaction that ends at or before the position is done, none after it is begun.</summary>
    /// <remarks>
    /// Debezium looks for the first transaction that commits after <c>lsn_commit</c>, and takes a message at exactly
    /// <c>lsn</c> for the last one it has sent. A transaction may begin at the very byte where the one before it ended,
    /// and would be taken for that; no message lies one byte before it, since PostgreSQL's records are aligned.
    /// </remarks>
    /// <param name="server">The connector's <c>topic.prefix</c>.</param>
    /// <param name="position">As PostgreSQL prints it: <c>0/1A30F10</c>.</param>
    public static string At(string server, string position)
    {
        var lsn = Parse(position);
        return new JsonObject
        {
            ["offsets"] = new JsonArray(new JsonObject
            {
                ["partition"] = new JsonObject { ["server"] = server },
                ["offset"] = new JsonObject { ["lsn"] = lsn - 1, ["lsn_commit"] = lsn, ["lsn_proc"] = lsn },
            }),
        }.ToJsonString();
    }

    private static long Parse(string position)
    {
        var halves = position.Split('/');
        return (long.Parse(halves[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32)
            | long.Parse(halves[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
