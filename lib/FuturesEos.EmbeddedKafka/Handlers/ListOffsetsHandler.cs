using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Offsets by time; for read_committed nothing at or after the last stable offset.</summary>
internal sealed class ListOffsetsHandler(TopicRegistry topics)
    : IRequestHandler<ListOffsetsRequest, ListOffsetsResponse>
{
    private const int ReadCommitted = 1;
    private const long MaxTimestamp = -3;

    public ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context) =>
        new(new ListOffsetsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new ListOffsetsResponse.TopicResponse
                {
                    Name = topic.Name,
                    Partitions = [.. topic.Partitions.Select(p => Find(topic.Name, p, request.IsolationLevel == ReadCommitted))],
                }),
            ],
        });

    private ListOffsetsResponse.PartitionResponse Find(string topic, ListOffsetsRequest.Partition asked, bool isReadCommitted)
    {
        var log = topics.FindLog(topic, asked.PartitionIndex);
        var error = log is null ? KafkaError.UnknownTopicOrPartition : LeaderEpochs.Check(log, asked.CurrentLeaderEpoch);
        if (error == KafkaError.None && asked.Timestamp < MaxTimestamp)
            error = KafkaError.UnsupportedVersion;
        var found = error == KafkaError.None ? log!.FindOffset(asked.Timestamp, isReadCommitted) : OffsetAt.None with { Error = error };
        return new()
        {
            PartitionIndex = asked.PartitionIndex,
            ErrorCode = found.Error,
            Offset = found.Offset,
            Timestamp = found.Timestamp,
            LeaderEpoch = found.Offset >= 0 ? log!.LeaderEpoch : -1,
        };
    }
}
