namespace FuturesEos.LocalPostgres;

/// <summary>Where and how a private PostgreSQL runs.</summary>
public sealed record PrivatePostgresOptions
{
    /// <summary>
    /// Home of the server: its data, password and log. Made when absent. As root the data may end up elsewhere,
    /// because the server's user must be able to reach it: see <see cref="PrivatePostgres.Folder"/>.
    /// </summary>
    public required string DataFolder { get; init; }

    /// <summary>
    /// TCP port on 127.0.0.1; 0 takes the port of the last run if it is free, else a free one below 32768.
    /// </summary>
    public int Port { get; init; }

    /// <summary>Made at the first start; the connection string names it.</summary>
    public string Database { get; init; } = "futures";

    /// <summary>Longest wait for the server to accept connections, crash recovery included.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Longest wait for a fast shutdown before the server is killed (nothing is lost then, recovery takes longer).
    /// </summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Server settings beyond the built-in ones, as <c>name=value</c>; a later one wins.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}
