using Confluent.Kafka;
using FuturesEos.Cli.Explaining;
using FuturesEos.Streams.Transactions;
using Xunit;

namespace FuturesEos.Tests.Cli;

public sealed class ExplainTests
{
    [Theory]
    [InlineData("PRODUCER_FENCED")]
    [InlineData("ProducerFenced")]
    [InlineData("producer-fenced")]
    [InlineData("90")]
    public void an_error_is_found_by_its_number_and_by_any_of_its_names(string text)
    {
        var note = ErrorNotes.Find(text);
        Assert.Equal(("PRODUCER_FENCED", 90, "new producer and rewind"), (note!.Code, note.Number!.Value, note.Class));
    }

    [Theory]
    [InlineData("NOT_COORDINATOR", 16)]
    [InlineData("COORDINATOR_LOAD_IN_PROGRESS", 14)]
    [InlineData("NOT_LEADER_OR_FOLLOWER", 6)]
    [InlineData("_TIMED_OUT", -185)]
    [InlineData("-185", -185)]
    public void the_protocols_names_are_known_where_the_client_has_others(string text, int number) =>
        Assert.Equal(number, ErrorNotes.Find(text)!.Number);

    [Fact]
    public void every_error_of_kafka_is_explained_with_the_class_that_the_engine_gives_it()
    {
        foreach (var code in Enum.GetValues<ErrorCode>().Where(code => Enum.IsDefined(code)))
        {
            var note = ErrorNotes.Find(((int)code).ToString())!;
            Assert.NotEmpty(note.Meaning);
            Assert.Equal(FailureTable.Of(code) == FailureClass.Stop, note.Class == "stop");
        }
    }

    [Fact]
    public void a_sqlstate_is_found_by_code_and_name_and_an_unknown_one_is_not()
    {
        Assert.Equal("40001", ErrorNotes.Find("serialization_failure")!.Code);
        Assert.Equal("abort and rewind", ErrorNotes.Find("40p01")!.Class);
        Assert.Null(ErrorNotes.Find("no such thing"));
        Assert.Null(ErrorNotes.Find("99999"));
    }
}
