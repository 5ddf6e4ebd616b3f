using Npgsql;

namespace FuturesEos.OutboxRelay;

/// <summary>How the relay connects to PostgreSQL.</summary>
internal static class RelayConnection
{
    /// <summary>
    /// Text forms do not matter, values come in binary; a dead server must be noticed without its help.
    /// </summary>
    public static string Complete(string postgres) => new NpgsqlConnectionStringBuilder(postgres)
    {
        Pooling = false,
        ApplicationName = "futures-eos-relay",
        TcpKeepAlive = true,
        TcpKeepAliveTime = 10,
        TcpKeepAliveInterval = 5,
    }.ConnectionString;
}
