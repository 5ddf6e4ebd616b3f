using Confluent.Kafka;
using FuturesEos.Streams;
using FuturesEos.Streams.Input;
using Xunit;

namespace FuturesEos.Tests.Streams;

public class PartitionGroupTests
{
    private static readonly string[] Topics = ["one", "two", "three"];

    private readonly PartitionGroup _group = new(Topics, 0);

    [Fact]
    public void the_earliest_timestamp_of_all_heads_is_next()
    {
        Add(0, 0, 30);
        Add(1, 0, 10);
        Add(2, 0, 20);
        _group.EndsAre([1, 1, 1]);
        Assert.Equal(["two@0", "three@0", "one@0"], TakeAll());
    }

    [Fact]
    public void equal_timestamps_go_in_the_order_of_the_topics()
    {
        Add(2, 0, 10);
        Add(1, 0, 10);
        Add(0, 0, 10);
        _group.EndsAre([1, 1, 1]);
        Assert.Equal(["one@0", "two@0", "three@0"], TakeAll());
    }

    [Fact]
    public void a_partition_keeps_its_own_order_whatever_its_timestamps()
    {
        Add(0, 0, 50);
        Add(0, 1, 10);
        Add(1, 0, 20);
        EndAll();
        _group.EndsAre([2, 1, 0]);
        Assert.Equal(["two@0", "one@0", "one@1"], TakeAll());
    }

    [Fact]
    public void an_empty_partition_is_waited_for_while_its_end_is_unknown()
    {
        Add(0, 0, 10);
        Add(1, 0, 20);
        _group.EndsAre([1, 1, 0]);
        Assert.Empty(TakeAll());
        _group.Queues[2].IsAt(0);
        Assert.Equal(["one@0", "two@0"], TakeAll());
    }

    [Fact]
    public void an_end_that_is_older_than_the_head_is_asked_for_anew()
    {
        EndAll();
        Add(0, 0, 10);
        Assert.Empty(TakeAll());
        Assert.True(_group.NeedsEnds);
        _group.EndsAre([1, 1, 0]);
        Assert.Empty(TakeAll()); // another topic holds a record that was not fetched yet: it may be the earlier one
        Assert.False(_group.NeedsEnds);
        Add(1, 0, 5);
        Assert.Empty(TakeAll());
        Assert.True(_group.NeedsEnds); // the third topic may hold one that is earlier still
        _group.EndsAre([1, 1, 0]);
        Assert.Equal(["two@0", "one@0"], TakeAll());
    }

    [Fact]
    public void one_question_serves_all_records_fetched_before_it()
    {
        EndAll();
        Add(0, 0, 10);
        Add(0, 1, 20);
        _group.EndsAre([2, 0, 0]);
        Add(0, 2, 30);
        Assert.Equal(["one@0", "one@1"], TakeAll());
        Assert.True(_group.NeedsEnds);
    }

    [Fact]
    public void a_reset_forgets_records_ends_and_offsets()
    {
        EndAll();
        Add(0, 0, 10);
        Add(0, 1, 20);
        _group.EndsAre([2, 0, 0]);
        Assert.Equal(2, TakeAll().Count);
        Assert.NotEmpty(Offsets());
        _group.Reset();
        Assert.Equal(0, _group.Buffered);
        Assert.Empty(Offsets());
    }

    [Fact]
    public void offsets_are_of_the_next_record_and_only_of_partitions_that_were_taken_from()
    {
        EndAll();
        Add(1, 41, 10);
        _group.EndsAre([0, 42, 0]);
        Assert.Single(TakeAll());
        var offset = Assert.Single(Offsets());
        Assert.Equal(("two", 42L), (offset.Topic, offset.Offset.Value));
        _group.Committed();
        Assert.Empty(Offsets());
    }

    /// <summary>
    /// A writer whose every record is acknowledged before the next is sent, and a consumer whose fetches of the topics are
    /// late by anything: as on brokers of which each leads another topic.
    /// </summary>
    [Fact]
    public void whenever_records_are_fetched_and_ends_asked_for_they_are_taken_in_the_order_of_their_acknowledgement()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var group = new PartitionGroup(Topics, 0);
            foreach (var queue in group.Queues) queue.IsAt(0);
            var (logs, fetched) = (new List<long>[] { [], [], [] }, new int[Topics.Length]);
            var (written, taken) = (0L, 0L);
            while (taken < 100)
            {
                var topic = random.Next(Topics.Length);
                switch (random.Next(4))
                {
                    case 0 when written < 100:
                        logs[topic].Add(written++);
                        break;
                    case 1 when fetched[topic] < logs[topic].Count:
                        group.Add(topic, Record(topic, fetched[topic], logs[topic][fetched[topic]]));
                        fetched[topic]++;
                        break;
                    case 2 when group.NeedsEnds:
                        group.EndsAre([.. logs.Select(log => (long)log.Count)]);
                        break;
                    case 3 when group.TryTake(out var record):
                        Assert.True(taken++ == record.TimestampMs, $"seed {seed}: {record.TimestampMs} too early");
                        break;
                }
            }
        }
    }

    private void EndAll()
    {
        for (var i = 0; i < Topics.Length; i++)
        {
            if (_group.Queues[i].Count == 0) _group.Queues[i].IsAt(Math.Max(0, _group.Queues[i].Position));
        }
    }

    private void Add(int topic, long offset, long timestampMs) =>
        _group.Add(topic, Record(topic, offset, timestampMs));

    private static ConsumeResult<byte[]?, byte[]?> Record(int topic, long offset, long timestampMs) => new()
    {
        Topic = Topics[topic],
        Partition = 0,
        Offset = offset,
        Message = new Message<byte[]?, byte[]?> { Timestamp = new Timestamp(timestampMs, TimestampType.CreateTime) },
    };

    private List<string> TakeAll()
    {
        var taken = new List<string>();
        while (_group.TryTake(out InputRecord record)) taken.Add($"{record.Topic}@{record.Offset}");
        return taken;
    }

    private List<TopicPartitionOffset> Offsets()
    {
        var offsets = new List<TopicPartitionOffset>();
        _group.CollectOffsets(offsets);
        return offsets;
    }
}
