using FuturesEos.EmbeddedKafka.Network;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Handlers;

/// <summary>The data folder: how large each partition in it is, and its disk.</summary>
internal sealed class DescribeLogDirsHandler(TopicRegistry topics, string folder)
    : IRequestHandler<DescribeLogDirsRequest, DescribeLogDirsResponse>
{
    public ValueTask<DescribeLogDirsResponse?> HandleAsync(DescribeLogDirsRequest request, RequestContext context)
    {
        var disk = new DriveInfo(folder);
        return new(new DescribeLogDirsResponse
        {
            Results =
            [
                new()
                {
                    LogDir = folder,
                    Topics = [.. Wanted(request).Where(topic => topic.Partitions.Length > 0)],
                    TotalBytes = disk.TotalSize,
                    UsableBytes = disk.AvailableFreeSpace,
                },
            ],
        });
    }

    private IEnumerable<DescribeLogDirsResponse.DescribeLogDirsTopic> Wanted(DescribeLogDirsRequest request) =>
        request.Topics is null
            ? topics.All.Select(topic => Describe(topic, Enumerable.Range(0, topic.Partitions.Count)))
            : from asked in request.Topics
              let topic = topics.Find(asked.Topic)
              where topic is not null
              select Describe(topic, asked.Partitions);

    private static DescribeLogDirsResponse.DescribeLogDirsTopic Describe(Topic topic, IEnumerable<int> partitions) =>
        new()
        {
            Name = topic.Name,
            Partitions =
            [
                .. from partition in partitions
                   let log = topic.Partition(partition)
                   where log is not null
                   select new DescribeLogDirsResponse.DescribeLogDirsPartition
                   {
                       PartitionIndex = partition,
                       PartitionSize = log.SizeBytes,
                       OffsetLag = log.EndOffset - log.HighWatermark,
                   },
            ],
        };
}
