using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.Tests.EmbeddedKafka.Simulation;

/// <summary>
/// Deletes a topic that positions are committed of, and makes it again under the same name: none of the old positions
/// may be one of the new topic.
/// </summary>
internal sealed class TopicClient(SimulationRun run, string name) : SimulatedClient(run, name)
{
    public override bool IsMortal => false;

    protected override async Task LiveAsync()
    {
        while (!Run.IsHealing)
        {
            await PauseAsync(20_000);
            await DeleteAsync();
            await PauseAsync(5000);
            await MakeAsync();
        }
    }

    private async Task DeleteAsync()
    {
        var answer = await AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(
            "delete the topic",
            new() { TopicNames = [SimulatedBroker.SeldomTopic] },
            version: 5,
            told => told.Responses[0].ErrorCode,
            told =>
            {
                if (told.Responses[0].ErrorCode == KafkaError.None) Run.Chaos.OnTopicDeleted();
            });
        Check(answer?.Responses[0].ErrorCode, KafkaError.UnknownTopicOrPartition);
    }

    private async Task MakeAsync()
    {
        var answer = await AskAsync<CreateTopicsRequest, CreateTopicsResponse>(
            "make the topic",
            new()
            {
                Topics =
                [
                    new()
                    {
                        Name = SimulatedBroker.SeldomTopic,
                        NumPartitions = SimulatedBroker.SeldomPartitions,
                        ReplicationFactor = 1,
                    },
                ],
            },
            version: 5,
            told => told.Topics[0].ErrorCode);
        Check(answer?.Topics[0].ErrorCode, KafkaError.TopicAlreadyExists);
    }

    private void Check(KafkaError? told, KafkaError done)
    {
        if (told is not (null or KafkaError.None or KafkaError.KafkaStorageError) && told != done)
            Run.Fail($"{Name}: is answered {told}");
    }
}
