namespace FuturesEos.Topology;

/// <summary>PostgreSQL's settings: logical decoding, and a limit to what a slot without reader may keep.</summary>
public static class DatabaseServer
{
    /// <summary>Name of the database, and of its connection string.</summary>
    public const string Database = "futures";

    /// <summary>Settings by PostgreSQL's names.</summary>
    public static IReadOnlyDictionary<string, string> Settings { get; } = new Dictionary<string, string>
    {
        ["wal_level"] = "logical", // manual 31.6: the outbox is read from the write-ahead log
        ["max_wal_senders"] = "10",
        ["max_replication_slots"] = "10",
        ["max_slot_wal_keep_size"] = "4GB", // manual 20.6: a reader that is gone for good must not fill the disk
    };

    /// <summary>The same as arguments of the server: <c>-c name=value</c>.</summary>
    public static IReadOnlyList<string> Arguments { get; } =
        [.. Settings.SelectMany(setting => (string[])["-c", $"{setting.Key}={setting.Value}"])];
}
