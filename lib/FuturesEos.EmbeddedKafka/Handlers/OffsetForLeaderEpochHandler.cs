using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>Where a leader epoch ended: there is one epoch, and it goes on.</summary>
internal sealed class OffsetForLeaderEpochHandler(TopicRegistry topics)
    : IRequestHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse>
{
    public ValueTask<OffsetForLeaderEpochResponse?> HandleAsync(
        OffsetForLeaderEpochRequest request, RequestContext context) =>
        new(new OffsetForLeaderEpochResponse
        {
            Topics =
            [
                .. request.Topics.Select(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
                {
                    Topic = topic.Topic,
                    Partitions = [.. topic.Partitions.Select(p => Find(topic.Topic, p))],
                }),
            ],
        });

    private OffsetForLeaderEpochResponse.EpochEndOffset Find(
        string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked)
    {
        var log = topics.FindLog(topic, asked.Partition);
        var error = log is null
            ? KafkaError.UnknownTopicOrPartition
            : LeaderEpochs.Check(log, asked.CurrentLeaderEpoch);
        var isKnown = error == KafkaError.None && asked.LeaderEpoch == log!.LeaderEpoch;
        return new()
        {
            Partition = asked.Partition,
            ErrorCode = error,
            LeaderEpoch = isKnown ? log!.LeaderEpoch : -1,
            EndOffset = isKnown ? log!.EndOffset : -1,
        };
    }
}
