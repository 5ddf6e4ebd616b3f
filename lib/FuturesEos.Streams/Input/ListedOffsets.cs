using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace FuturesEos.Streams.Input;

/// <summary>ListOffsets by an admin client, every answer of it looked at.</summary>
internal static class ListedOffsets
{
    /// <summary>One request a broker. Blocks: whoever asks can do nothing before it knows.</summary>
    /// <exception cref="KafkaException">Of the first partition that could not be told;
    /// none came within twice the limit.</exception>
    public static Dictionary<TopicPartition, long> Ask(
        IAdminClient admin,
        IEnumerable<TopicPartition> partitions,
        OffsetSpec spec,
        IsolationLevel isolation,
        TimeSpan limit)
    {
        var asked = admin.ListOffsetsAsync(
            partitions.Select(p => new TopicPartitionOffsetSpec { TopicPartition = p, OffsetSpec = spec }),
            new ListOffsetsOptions { IsolationLevel = isolation, RequestTimeout = limit });
        var offsets = new Dictionary<TopicPartition, long>();
        foreach (var told in Answer(asked, limit).ResultInfos.Select(r => r.TopicPartitionOffsetError))
        {
            // librdkafka 2.16 leaves a partition whose broker could not be asked at its initial "none", without an
            // error (ListedOffsetsTests)
            if (told.Offset.Value < 0)
            {
                throw new KafkaException(
                    new Error(ErrorCode.Local_Transport, $"the leader of {told.TopicPartition} did not answer"));
            }

            offsets.Add(told.TopicPartition, told.Offset.Value);
        }

        return offsets;
    }

    /// <summary>An admin client's answer, or a timeout of our own when its own does not come.</summary>
    /// <exception cref="KafkaException">The call failed, or has no answer after twice its limit.</exception>
    public static T Answer<T>(Task<T> asked, TimeSpan limit)
    {
        try
        {
            return asked.WaitAsync(limit * 2).GetAwaiter().GetResult();
        }
        catch (ListOffsetsException e)
        {
            // it says no more than that some partition has an error
            var errors = e.Result.ResultInfos.Select(r => r.TopicPartitionOffsetError.Error);
            throw new KafkaException(errors.FirstOrDefault(r => r.IsError) ?? e.Error);
        }
        catch (TimeoutException)
        {
            throw new KafkaException(
                new Error(ErrorCode.Local_TimedOut, $"no answer within {limit.TotalSeconds * 2:0} s"));
        }
    }
}
