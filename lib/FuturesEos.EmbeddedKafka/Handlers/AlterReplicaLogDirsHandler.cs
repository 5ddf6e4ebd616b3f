using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>There is one folder: what is there already stays, and there is no other to move to.</summary>
internal sealed class AlterReplicaLogDirsHandler(TopicRegistry topics, string folder)
    : IRequestHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse>
{
    public ValueTask<AlterReplicaLogDirsResponse?> HandleAsync(
        AlterReplicaLogDirsRequest request, RequestContext context) =>
        new(new AlterReplicaLogDirsResponse
        {
            Results =
            [
                .. from dir in request.Dirs
                   from topic in dir.Topics
                   select new AlterReplicaLogDirsResponse.AlterReplicaLogDirTopicResult
                   {
                       TopicName = topic.Name,
                       Partitions =
                       [
                           .. topic.Partitions.Select(
                               p => new AlterReplicaLogDirsResponse.AlterReplicaLogDirPartitionResult
                               {
                                   PartitionIndex = p, ErrorCode = Move(topic.Name, p, dir.Path),
                               }),
                       ],
                   },
            ],
        });

    private KafkaError Move(string topic, int partition, string path) =>
        path != folder ? KafkaError.LogDirNotFound
        : topics.FindLog(topic, partition) is null ? KafkaError.UnknownTopicOrPartition
        : KafkaError.None;
}
