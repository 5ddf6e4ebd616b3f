using Npgsql;

namespace FuturesEos.OrderManager.Schema;

/// <summary>
/// The logins with no more rights than their service needs. They have no password, and so cannot log in, until an
/// operator gives them one (<c>\password futures_relay</c> in psql sends only its hash).
/// </summary>
internal sealed class DatabaseRoles(NpgsqlConnection connection, List<string> report)
{
    private static readonly (string Role, string Attributes, string[] Grants)[] Roles =
    [
        ("futures_order_manager", "LOGIN",
        [
            "GRANT USAGE ON SCHEMA app TO futures_order_manager",
            "GRANT SELECT, INSERT ON app.orders, app.outbox, app.dead_letter TO futures_order_manager",
            "GRANT SELECT, INSERT, UPDATE ON app.consumer_offset TO futures_order_manager",
            "GRANT SELECT ON app.schema_version, app.outbox_slot TO futures_order_manager",
        ]),
        ("futures_relay", "LOGIN REPLICATION",
        [
            "GRANT USAGE ON SCHEMA app TO futures_relay",
            "GRANT SELECT ON app.outbox, app.outbox_slot, app.schema_version TO futures_relay",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON app.outbox_parked TO futures_relay",
        ]),
        ("futures_janitor", "LOGIN",
        [
            "GRANT USAGE ON SCHEMA app TO futures_janitor",
            "GRANT SELECT, DELETE ON app.outbox TO futures_janitor",
            "GRANT SELECT, INSERT, UPDATE ON app.outbox_pruned TO futures_janitor",
        ]),
    ];

    public async Task EnsureAsync(CancellationToken cancellation)
    {
        foreach (var (role, attributes, grants) in Roles)
        {
            try
            {
                await CreateAsync(role, attributes, cancellation);
                foreach (var grant in grants)
                    await ExecuteAsync(grant, cancellation);
            }
            catch (PostgresException denied) when (denied.SqlState == PostgresErrorCodes.InsufficientPrivilege)
            {
                // a managed database often keeps role making to itself, and services may well log in as the owner
                report.Add($"role {role}: not made, this user may not; as a superuser: CREATE ROLE {role}"
                    + $" {attributes}; then migrate again");
            }
        }
    }

    // Roles belong to the server, not to the database, so two databases' migrations may meet here.
    private async Task CreateAsync(string role, string attributes, CancellationToken cancellation)
    {
        await using var exists = new NpgsqlCommand("SELECT count(*) FROM pg_roles WHERE rolname = $1", connection);
        exists.Parameters.Add(new() { Value = role });
        if ((long)(await exists.ExecuteScalarAsync(cancellation))! == 1)
        {
            report.Add($"role {role}: there");
            return;
        }

        try
        {
            await ExecuteAsync($"CREATE ROLE {role} {attributes}", cancellation);
            report.Add($"role {role}: made, without a password");
        }
        catch (PostgresException raced)
            when (raced.SqlState is PostgresErrorCodes.DuplicateObject or PostgresErrorCodes.UniqueViolation)
        {
            report.Add($"role {role}: there");
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
