using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>The same requests to the embedded broker and to Apache Kafka: the answers are compared field by field.</summary>
[Trait("Category", "Long")]
public class DifferentialTests(RealKafka kafka)
{
    [Fact]
    public Task topics_records_and_offsets_are_answered_as_by_Apache_Kafka() => CompareAsync(TopicScript.HoldAsync);

    [Fact]
    public Task groups_and_positions_are_answered_as_by_Apache_Kafka() => CompareAsync(GroupScript.HoldAsync);

    [Fact]
    public Task transactions_are_answered_as_by_Apache_Kafka() => CompareAsync(TransactionScript.HoldAsync);

    [Fact]
    public Task transactions_that_bump_the_epoch_are_answered_as_by_Apache_Kafka() => CompareAsync(BumpingScript.HoldAsync);

    [Fact]
    public Task writes_to_unregistered_partitions_are_answered_as_by_Apache_Kafka() =>
        CompareAsync(UnregisteredScript.HoldAsync);

    [Fact]
    public Task an_exhausted_epoch_is_exchanged_as_by_Apache_Kafka() => CompareAsync(ExhaustedEpochScript.HoldAsync);

    [Fact]
    public Task a_topic_made_again_in_a_transaction_is_answered_for_as_by_Apache_Kafka() =>
        CompareAsync(RecreatedTopicScript.HoldAsync);

    [Fact]
    public Task fetch_sessions_and_topic_ids_are_answered_as_by_Apache_Kafka() => CompareAsync(FetchScript.HoldAsync);

    [Fact]
    public Task administration_is_answered_as_by_Apache_Kafka() => CompareAsync(AdministrationScript.HoldAsync);

    private async Task CompareAsync(Func<Conversation, Task> script)
    {
        var servers = await kafka.OneNodeAsync();
        await using var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder });
        await using var ours = await Conversation.OpenAsync(broker.BootstrapServers);
        await using var theirs = await Conversation.OpenAsync(servers);
        foreach (var with in (Conversation[])[ours, theirs])
        {
            try
            {
                await script(with);
            }
            catch (Exception failed)
            {
                Assert.Fail($"{(with == ours ? "embedded" : "Kafka")}: {failed.Message} after\n{string.Join('\n', with.Answers)}");
            }
        }

        Assert.True(ours.Answers.Count > 20);
        Assert.Equal(theirs.Answers.Count, ours.Answers.Count);
        var unexpected = ours.Answers.Zip(theirs.Answers).SelectMany(pair => pair.First.Against(pair.Second))
            .Where(mismatch => KnownDifference.Of(mismatch) is null).ToList();
        if (unexpected.Count > 0) Assert.Fail($"\n{string.Join("\n\n", unexpected)}\n");
    }
}
