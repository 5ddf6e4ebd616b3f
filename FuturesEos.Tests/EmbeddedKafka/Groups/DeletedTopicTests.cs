using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>
/// A topic that is made again under a deleted one's name begins without positions: who went on from an old one would
/// pass over what the new topic has before it.
/// </summary>
public sealed class DeletedTopicTests : IAsyncDisposable
{
    private const long Producer = 7;
    private static readonly TopicPartition Partition = new("t", 0);
    private static readonly Guid Old = Guid.NewGuid();
    private static readonly Guid New = Guid.NewGuid();

    private readonly LogBench _bench = new();
    private Guid? _id = Old;
    private GroupCoordinator _groups;

    public DeletedTopicTests() => _groups = Start();

    public async ValueTask DisposeAsync()
    {
        await _groups.DisposeAsync();
        await _bench.DisposeAsync();
    }

    /// <summary>The broker died between the topic's deletion and that of its positions.</summary>
    [Fact]
    public async Task a_position_that_a_crash_left_is_not_one_of_the_new_topic()
    {
        await CommitAsync(Old, 5);
        await RestartAsync(with: New);
        Assert.Null(Position);
        await CommitAsync(New, 1);
        await RestartAsync(with: New);
        Assert.Equal(1, Position);
    }

    [Fact]
    public async Task a_transaction_that_began_before_the_deletion_makes_no_position_of_the_new_topic()
    {
        _bench.Log.RegisterTransaction(Producer, 0);
        await CommitAsync(Old, 5, isPending: true);
        await RestartAsync(with: New);
        Assert.False(_groups.Find("g")?.Offsets.IsUnstable(Partition) ?? false);
        _bench.Log.AppendMarker(Producer, 0, new ControlRecord(ControlType.Commit, 0));
        _groups.End(Producer, isCommit: true);
        Assert.Null(Position);
        await RestartAsync(with: New);
        Assert.Null(Position);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task what_is_deleted_is_deleted_for_good(bool isPending)
    {
        _bench.Log.RegisterTransaction(Producer, 0);
        await CommitAsync(Old, 5, isPending);
        _id = null;
        _groups.ForgetTopic(Old);
        Assert.Null(Position);

        // even for who does not know the topic's id
        await RestartAsync(with: Guid.Empty);
        _groups.End(Producer, isCommit: true);
        Assert.Null(Position);
    }

    [Fact]
    public async Task a_deletion_takes_nothing_that_was_committed_since()
    {
        await CommitAsync(Old, 5);
        _id = New;
        await CommitAsync(New, 1);
        _groups.ForgetTopic(Old);
        Assert.Equal(1, Position);
        await RestartAsync(with: New);
        Assert.Equal(1, Position);
    }

    /// <summary>It was on its way when the topic was deleted.</summary>
    [Fact]
    public async Task a_position_of_the_deleted_topic_is_refused()
    {
        _id = New;
        Assert.Equal(KafkaError.UnknownTopicOrPartition, await TryCommitAsync(Old, 5));
        _id = null;
        Assert.Equal(KafkaError.UnknownTopicOrPartition, await TryCommitAsync(Old, 5));
        Assert.Null(Position);
    }

    private long? Position => _groups.Find("g")?.Offsets.Find(Partition)?.Offset;

    private GroupCoordinator Start() =>
        RestoredGroups.Start(_bench, _bench.Log, topic => topic == Partition.Topic ? _id : null);

    private async Task RestartAsync(Guid with)
    {
        await _groups.DisposeAsync();
        _id = with;
        _groups = Start();
    }

    private async Task CommitAsync(Guid topic, long position, bool isPending = false) =>
        Assert.Equal(KafkaError.None, await TryCommitAsync(topic, position, isPending));

    private async Task<KafkaError> TryCommitAsync(Guid topic, long position, bool isPending = false)
    {
        var offset = new StoredOffset(position, -1, "", _bench.Time.Milliseconds) { TopicId = topic };
        var request = new CommitRequest("g", -1, "", null, [(Partition, offset)])
        {
            Producer = isPending ? (Producer, (short)0) : null,
        };
        return await _groups.CommitAsync(request, CancellationToken.None);
    }
}
