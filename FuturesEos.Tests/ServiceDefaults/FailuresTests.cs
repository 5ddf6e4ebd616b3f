using Confluent.Kafka;
using FuturesEos.ServiceDefaults;
using FuturesEos.Streams.Transactions;
using Npgsql;
using Xunit;

namespace FuturesEos.Tests.ServiceDefaults;

public sealed class FailuresTests
{
    [Theory]
    [InlineData(ErrorCode.Local_Transport, FailureKind.Outage)]
    [InlineData(ErrorCode.NotEnoughReplicas, FailureKind.Outage)]
    [InlineData(ErrorCode.ProducerFenced, FailureKind.Restart)]
    [InlineData(ErrorCode.IllegalGeneration, FailureKind.Restart)]
    [InlineData(ErrorCode.MsgSizeTooLarge, FailureKind.Never)]
    [InlineData(ErrorCode.InvalidConfig, FailureKind.Never)]
    [InlineData(ErrorCode.UnsupportedVersion, FailureKind.Never)]
    [InlineData(ErrorCode.SaslAuthenticationFailed, FailureKind.Never)]
    [InlineData(ErrorCode.UnknownTopicOrPart, FailureKind.Never)]
    [InlineData((ErrorCode)12_345, FailureKind.Never)]
    public void a_failure_of_kafka_is_waited_for_or_begun_again_or_ends_the_service(ErrorCode code, FailureKind kind) =>
        Assert.Equal(kind, Failures.KindOf(new KafkaException(new Error(code))));

    [Fact]
    public void the_services_and_the_engine_stop_for_the_same_codes()
    {
        foreach (var code in Enum.GetValues<ErrorCode>())
        {
            var failure = new KafkaException(new Error(code));
            Assert.Equal(
                FailureTable.Of(failure) == FailureClass.Stop, Failures.KindOf(failure) == FailureKind.Never);
        }
    }

    [Theory]
    [InlineData("57P01", FailureKind.Outage)] // admin_shutdown
    [InlineData("57014", FailureKind.Outage)] // query_canceled: pg_cancel_backend, statement_timeout
    [InlineData("57P05", FailureKind.Outage)] // idle_session_timeout
    [InlineData("25006", FailureKind.Outage)] // read_only_sql_transaction
    [InlineData("53100", FailureKind.Outage)] // disk_full
    [InlineData("26000", FailureKind.Restart)] // a prepared statement that a pooler's other server lacks
    [InlineData("28P01", FailureKind.Never)] // invalid_password
    [InlineData("3D000", FailureKind.Never)] // no such database
    [InlineData("42501", FailureKind.Never)] // insufficient_privilege
    public void a_failure_of_postgres_is_waited_for_or_begun_again_or_ends_the_service(
        string state, FailureKind kind) =>
        Assert.Equal(kind, Failures.KindOf(new PostgresException("m", "ERROR", "ERROR", state)));
}
