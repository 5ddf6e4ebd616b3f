using Npgsql;

namespace FuturesEos.ServiceDefaults.Postgres;

/// <summary>
/// Where PostgreSQL is, for connections that do not come from the data source, which keeps its password to itself:
/// replication, and the migration's.
/// </summary>
/// <param name="ConnectionString">Complete, with its password.</param>
public sealed record PostgresSettings(string ConnectionString)
{
    // a server that died without a word is noticed after 10 s and a few probes
    private const string Defaults = "Tcp Keepalive=true;Tcp Keepalive Time=10;Tcp Keepalive Interval=5";

    /// <summary>Completes a connection string; what it says itself wins.</summary>
    /// <param name="connectionString">As the user gave it.</param>
    /// <param name="serviceDefaults">What the service sets where he did not: <c>Application Name=orders;…</c>.</param>
    /// <exception cref="ExpectedFailure">It is none.</exception>
    public static PostgresSettings From(string connectionString, string serviceDefaults)
    {
        try
        {
            // of a keyword that stands twice the last one counts
            return new PostgresSettings(new NpgsqlConnectionStringBuilder(
                $"{Defaults};{serviceDefaults};{connectionString}").ConnectionString);
        }
        catch (ArgumentException e)
        {
            throw ExpectedFailure.Usage($"--postgres is no connection string: {e.Message}");
        }
    }
}
