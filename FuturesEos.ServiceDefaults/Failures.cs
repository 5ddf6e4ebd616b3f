using Confluent.Kafka;
using FuturesEos.Streams.Transactions;
using Npgsql;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// The one table of failures for services without the engine: which pass by waiting, which by beginning again, and
/// which end the service with a sentence. The engine's FailureTable stands on the same list of codes.
/// </summary>
public static class Failures
{
    private const string IdleInTransactionSessionTimeout = "25P03";
    private const string TransactionTimeout = "25P04";
    private const string IdleSessionTimeout = "57P05";

    /// <summary>What to do about it; <see cref="FailureKind.Never"/> for what neither Kafka nor PostgreSQL
    /// said.</summary>
    public static FailureKind KindOf(Exception failure) => failure switch
    {
        PostgresException refused => KindOf(refused),
        NpgsqlException or TimeoutException => FailureKind.Outage,
        IOException { InnerException: { } inner } => KindOf(inner),
        IOException => FailureKind.Outage, // a stream of PostgreSQL's that broke
        KafkaException kafka => KindOf(kafka),
        _ => FailureKind.Never,
    };

    /// <summary>Who failed: <c>Kafka</c> or <c>PostgreSQL</c>.</summary>
    public static string Server(Exception failure) => failure switch
    {
        KafkaException => "Kafka",
        IOException { InnerException: { } inner } => Server(inner),
        _ => "PostgreSQL",
    };

    /// <summary>What a service that goes on does now: <c>waiting for Kafka</c>.</summary>
    public static string Action(Exception failure) => KindOf(failure) == FailureKind.Restart
        ? $"beginning again after a failure of {Server(failure)}"
        : $"waiting for {Server(failure)}";

    /// <summary>
    /// A topic that is not there: metadata may be on its way for a moment; after that only a person can make it.
    /// </summary>
    public static bool IsMissingTopic(Exception failure) => failure is KafkaException
    {
        Error.Code: ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition,
    };

    /// <summary>
    /// The broker or the client refuses this record, whenever it is sent; others with it may be taken.
    /// </summary>
    public static bool IsOfOneRecord(ErrorCode code) => code is ErrorCode.MsgSizeTooLarge or ErrorCode.InvalidMsgSize
        or ErrorCode.RecordListTooLarge or ErrorCode.InvalidRecord or ErrorCode.InvalidTimestamp
        or ErrorCode.InvalidMsg;

    /// <summary>A login that the brokers refuse: no call returns it, the client's error handler is told.</summary>
    public static bool IsOfLogin(ErrorCode code) =>
        code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed;

    /// <summary>What the server or the client said, in its own words.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        KafkaException kafka => kafka.Error.Reason,
        PostgresException refused => refused.MessageText,
        { InnerException: { } inner } => Reason(inner),
        _ => failure.Message,
    };

    // The client's own verdict first, as in the engine's table; a code that is in no group needs a person.
    private static FailureKind KindOf(KafkaException failure) => failure switch
    {
        KafkaRetriableException => FailureKind.Outage,
        _ when FailureCodes.NeedsAPerson.Contains(failure.Error.Code) => FailureKind.Never,
        { Error.IsFatal: true } or KafkaTxnRequiresAbortException => FailureKind.Restart,
        _ when FailureCodes.Passing.Contains(failure.Error.Code) => FailureKind.Outage,
        _ when FailureCodes.GroupMovedOn.Contains(failure.Error.Code)
            || FailureCodes.ProducerIsOut.Contains(failure.Error.Code) => FailureKind.Restart,
        _ => FailureKind.Never,
    };

    // Beyond what Npgsql calls transient: what a new session or a little time mends.
    private static FailureKind KindOf(PostgresException refused) => refused.SqlState switch
    {
        PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown
            or PostgresErrorCodes.ReadOnlySqlTransaction // a standby that is yet to be promoted
            => FailureKind.Outage,

        // a statement or session that somebody, or a time limit, ended
        PostgresErrorCodes.QueryCanceled or IdleInTransactionSessionTimeout or IdleSessionTimeout
            or TransactionTimeout => FailureKind.Outage,

        // prepared statements that are gone or out of date: of a pooler between, or after a change of the schema
        PostgresErrorCodes.InvalidSqlStatementName or PostgresErrorCodes.FeatureNotSupported
            when IsOfAPlan(refused) => FailureKind.Restart,
        _ => refused.IsTransient ? FailureKind.Outage : FailureKind.Never,
    };

    private static bool IsOfAPlan(PostgresException refused) =>
        refused.SqlState == PostgresErrorCodes.InvalidSqlStatementName
        || refused.Routine == "RevalidateCachedQuery"; // "cached plan must not change result type"
}
