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
    private const long Earliest = -2;
    private const long MaxTimestamp = -3;
    private const short MaxTimestampFrom = 7;

    public ValueTask<ListOffsetsResponse?> HandleAsync(ListOffsetsRequest request, RequestContext context) =>
        new(new ListOffsetsResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new ListOffsetsResponse.TopicResponse
                {
                    Name = topic.Name,
                    Partitions =
                    [
                        .. topic.Partitions.Select(p =>
                            Find(topic.Name, p, request.IsolationLevel == ReadCommitted, context.Version)),
                    ],
                }),
            ],
        });

    // below 0 are names, not times: the end, the start, and since version 7 the largest time (KIP-734)
    private static bool IsKnown(long timestamp, short version) =>
        timestamp >= Earliest || (timestamp == MaxTimestamp && version >= MaxTimestampFrom);

    private ListOffsetsResponse.PartitionResponse Find(
        string topic, ListOffsetsRequest.Partition asked, bool isReadCommitted, short version)
    {
        var log = topics.FindLog(topic, asked.PartitionIndex);
        var error = !IsKnown(asked.Timestamp, version) ? KafkaError.UnsupportedVersion
            : log is null ? KafkaError.UnknownTopicOrPartition
            : LeaderEpochs.Check(log, asked.CurrentLeaderEpoch);
        var found = error == KafkaError.None
            ? log!.FindOffset(asked.Timestamp, isReadCommitted)
            : OffsetAt.None with { Error = error };
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
