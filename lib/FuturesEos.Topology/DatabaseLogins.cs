namespace FuturesEos.Topology;

/// <summary>
/// The logins that the migration gives their rights. Made with a password before it runs, they can log in; made by it,
/// they cannot.
/// </summary>
public static class DatabaseLogins
{
    /// <summary>Of the order manager: reads and inserts, owns nothing.</summary>
    public const string OrderManager = "futures_order_manager";

    /// <summary>Of whoever reads the outbox from the log: Debezium, or the relay.</summary>
    public const string Relay = "futures_relay";

    /// <summary>Statements for a superuser, safe to repeat: both logins with these passwords.</summary>
    /// <param name="orderManagerPassword">Not for printing.</param>
    /// <param name="relayPassword">Not for printing.</param>
    public static IReadOnlyList<string> Statements(string orderManagerPassword, string relayPassword) =>
    [
        .. Login(OrderManager, "LOGIN", orderManagerPassword),
        .. Login(Relay, "LOGIN REPLICATION", relayPassword),
    ];

    private static string[] Login(string role, string attributes, string password) =>
    [
        $"""
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role}; END IF;
        END $$
        """,
        $"ALTER ROLE {role} {attributes} PASSWORD '{password.Replace("'", "''", StringComparison.Ordinal)}'",
    ];
}
