using Confluent.Kafka;
using Npgsql;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// Failures of PostgreSQL and Kafka that pass by themselves: a service waits for them, and leaves the rest to a human.
/// </summary>
public static class Outage
{
    /// <summary>With whom it is waited for; null: it does not pass by itself.</summary>
    public static string? Of(Exception failure) => failure switch
    {
        PostgresException refused when !refused.IsTransient && refused.SqlState is not (
            PostgresErrorCodes.CannotConnectNow or PostgresErrorCodes.AdminShutdown
                or PostgresErrorCodes.CrashShutdown
                or PostgresErrorCodes.ReadOnlySqlTransaction) => null, // a standby that is yet to be promoted
        NpgsqlException or TimeoutException => "PostgreSQL",
        KafkaException
        {
            Error.Code: ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed
            or ErrorCode.ClusterAuthorizationFailed or ErrorCode.TransactionalIdAuthorizationFailed
        } => null,
        KafkaException => "Kafka",
        _ => null,
    };

    /// <summary>What the server or the client said, in its own words.</summary>
    public static string Reason(Exception failure) => failure switch
    {
        KafkaException kafka => kafka.Error.Reason,
        PostgresException refused => refused.MessageText,
        { InnerException: { } inner } => Reason(inner),
        _ => failure.Message,
    };
}
