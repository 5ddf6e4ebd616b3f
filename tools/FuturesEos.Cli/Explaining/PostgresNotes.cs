namespace FuturesEos.Cli.Explaining;

/// <summary>The errors of PostgreSQL that this product meets (manual, appendix A).</summary>
internal static class PostgresNotes
{
    private const string Retry = "retry";
    private const string Rewind = "abort and rewind";
    private const string Stop = "stop";
    private const string Repeat =
        "the order manager rolls back and takes the batch again from app.consumer_offset; ids make "
            + "the repetition harmless";
    private const string Reconnect = "order manager and relay connect again and go on from what is committed";
    private const string Person = "the service stops with the message: a person has to change it";

    /// <summary>By SQLSTATE.</summary>
    public static List<ErrorNote> All { get; } =
    [
        Of("40001", "serialization_failure", "another transaction changed the same rows first", Rewind, Repeat),
        Of("40P01", "deadlock_detected", "two transactions waited for each other", Rewind, Repeat),
        Of("25P02", "in_failed_sql_transaction", "an earlier statement of this transaction has failed", Rewind, Repeat),
        Of("55P03", "lock_not_available", "a lock was not granted in time", Rewind, Repeat),
        Of("57014", "query_canceled", "a statement took longer than its timeout, or was cancelled", Rewind, Repeat),
        Of("08000",
            "connection_exception", "the connection broke: whether a commit arrived is unknown", Retry, Reconnect),
        Of("08003", "connection_does_not_exist", "the connection is gone", Retry, Reconnect),
        Of("08006",
            "connection_failure", "the connection broke: whether a commit arrived is unknown", Retry, Reconnect),
        Of("57P01", "admin_shutdown", "the server is being stopped", Retry, Reconnect),
        Of("57P02", "crash_shutdown", "another server process crashed: the server restarts", Retry, Reconnect),
        Of("57P03", "cannot_connect_now", "the server is starting or stopping", Retry, Reconnect),
        Of("53300", "too_many_connections", "all connections are taken", Retry, Reconnect),
        Of("53100", "disk_full",
            "the server's disk is full; a slot that nobody reads keeps the log ('eos doctor')", Stop, Person),
        Of(
            "23505", "unique_violation",
            "a row with this key is there: what follows from the same cause has the same id", Stop,
            "inserts of orders and outbox use ON CONFLICT DO NOTHING, so this shows rows that another program wrote: "
                + "the order manager stops"),
        Of("23502", "not_null_violation", "a value is missing that the table needs", Stop, Person),
        Of("23514", "check_violation", "a value is outside what the table allows", Stop, Person),
        Of("42P01", "undefined_table", "a table is missing", Stop, "the service stops: 'eos migrate' makes it"),
        Of("42704", "undefined_object",
            "a publication, slot or role is missing", Stop, "the service stops: 'eos migrate' makes it"),
        Of("42710", "duplicate_object", "it is there already", Stop, "'eos migrate' takes what is there as it is"),
        Of("42501", "insufficient_privilege", "the user lacks a right", Stop, Person),
        Of("28P01", "invalid_password", "wrong password", Stop, Person),
        Of("28000", "invalid_authorization_specification", "this user may not connect from here", Stop, Person),
        Of("3D000", "invalid_catalog_name", "there is no such database", Stop, Person),
        Of("55006", "object_in_use", "another process reads the slot",
            Retry, "the relay waits: the other one is its predecessor, or a second relay that has to go"),
        Of("55000", "object_not_in_prerequisite_state", "often: wal_level is not logical, or the slot's log is gone",
            Stop, "the relay stops and names what is missing; 'eos doctor' shows it"),
        Of("58P01", "undefined_file", "a part of the log that the slot needs is gone",
            Stop, "the relay refuses to go on with rows left out, and says how to make up for them by id"),
    ];

    private static ErrorNote Of(string state, string name, string meaning, string @class, string reaction) =>
        new(state, null, name, meaning, @class, reaction);
}
