using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Moves the start of partitions forward. What is only compacted has no start to move.</summary>
internal sealed class DeleteRecordsHandler(TopicRegistry topics)
    : IRequestHandler<DeleteRecordsRequest, DeleteRecordsResponse>
{
    public ValueTask<DeleteRecordsResponse?> HandleAsync(DeleteRecordsRequest request, RequestContext context) =>
        new(new DeleteRecordsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new DeleteRecordsResponse.TopicResult
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(p => Delete(topic.Name, p))],
                }),
            ],
        });

    private DeleteRecordsResponse.PartitionResult Delete(string name, DeleteRecordsRequest.Partition asked)
    {
        var topic = topics.Find(name);
        if (topic?.Partition(asked.PartitionIndex) is not { } log)
            return Result(asked, KafkaError.UnknownTopicOrPartition, -1);
        if (topic.IsInternal)
            return Result(asked, KafkaError.InvalidTopic, -1);
        if (!topic.Settings.IsDeleted)
            return Result(asked, KafkaError.PolicyViolation, -1);
        var (error, start) = log.DeleteRecords(asked.Offset);
        return Result(asked, error, error == KafkaError.None ? start : -1);
    }

    private static DeleteRecordsResponse.PartitionResult Result(
        DeleteRecordsRequest.Partition asked, KafkaError error, long start) =>
        new() { PartitionIndex = asked.PartitionIndex, ErrorCode = error, LowWatermark = start };
}
