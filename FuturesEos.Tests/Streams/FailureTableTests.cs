using Confluent.Kafka;
using FuturesEos.Streams.Transactions;
using Xunit;

namespace FuturesEos.Tests.Streams;

public class FailureTableTests
{
    [Fact]
    public void every_error_code_of_the_client_has_its_class()
    {
        var unknown = Enum.GetValues<ErrorCode>().Where(code => !FailureTable.Knows(code));
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData(ErrorCode.Local_Transport, FailureClass.RetrySameCall)]
    [InlineData(ErrorCode.ConcurrentTransactions, FailureClass.RetrySameCall)]
    [InlineData(ErrorCode.UnstableOffsetCommit, FailureClass.RetrySameCall)]
    [InlineData(ErrorCode.Local_NoEnt, FailureClass.RetrySameCall)]
    [InlineData(ErrorCode.IllegalGeneration, FailureClass.AbortAndRewind)]
    [InlineData(ErrorCode.UnknownMemberId, FailureClass.AbortAndRewind)]
    [InlineData(ErrorCode.Local_MsgTimedOut, FailureClass.AbortAndRewind)]
    [InlineData(ErrorCode.ProducerFenced, FailureClass.ReplaceProducerAndRewind)]
    [InlineData(ErrorCode.InvalidProducerEpoch, FailureClass.ReplaceProducerAndRewind)]
    [InlineData(ErrorCode.InvalidTxnState, FailureClass.ReplaceProducerAndRewind)]
    [InlineData(ErrorCode.TopicAuthorizationFailed, FailureClass.Stop)]
    [InlineData(ErrorCode.MsgSizeTooLarge, FailureClass.Stop)]
    [InlineData(ErrorCode.UnknownTopicOrPart, FailureClass.Stop)]
    public void a_code_alone_decides(ErrorCode code, FailureClass expected) => Assert.Equal(expected, FailureTable.Of(code));

    [Fact]
    public void a_code_from_the_future_stops() => Assert.Equal(FailureClass.Stop, FailureTable.Of((ErrorCode)9999));

    [Fact]
    public void what_the_client_calls_fatal_costs_the_producer() =>
        Assert.Equal(FailureClass.ReplaceProducerAndRewind, FailureTable.Of(new KafkaException(new Error(ErrorCode.OutOfOrderSequenceNumber, "gap", isFatal: true))));

    [Fact]
    public void what_the_client_calls_abortable_is_aborted() =>
        Assert.Equal(FailureClass.AbortAndRewind, FailureTable.Of(new KafkaTxnRequiresAbortException(new Error(ErrorCode.Local_TimedOut))));

    [Fact]
    public void what_the_client_calls_retriable_is_called_again() =>
        Assert.Equal(FailureClass.RetrySameCall, FailureTable.Of(new KafkaRetriableException(new Error(ErrorCode.Local_State))));

    [Fact]
    public void a_refused_right_stops_even_when_the_client_would_abort() =>
        Assert.Equal(FailureClass.Stop, FailureTable.Of(new KafkaTxnRequiresAbortException(new Error(ErrorCode.TopicAuthorizationFailed))));
}
