using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.EmbeddedKafka.Log;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>The coordinator with its log: markers, restarts, time-outs, full disks.</summary>
public sealed class TransactionCoordinatorTests : IAsyncLifetime
{
    private static readonly TopicPartition First = new("t", 0);
    private static readonly TopicPartition Second = new("t", 1);

    private readonly LogFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly RecordingHost _host = new();
    private readonly FaultyStorage _storage = new();
    private TransactionCoordinator _coordinator = null!;

    public async ValueTask InitializeAsync() => _coordinator = await StartAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await _coordinator.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task producer_ids_are_never_given_twice_across_restarts_and_kills()
    {
        var seen = new HashSet<long>();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 1100; i++)
                Assert.True(seen.Add((await _coordinator.InitProducerIdAsync(null, 0, -1, -1, default)).ProducerId));
            await _coordinator.DisposeAsync();
            _coordinator = await StartAsync(_folder.Path);
        }

        await using var afterKill = await StartAsync(LogFolder.CopyOf(_folder.Path));
        Assert.DoesNotContain((await afterKill.InitProducerIdAsync(null, 0, -1, -1, default)).ProducerId, seen);
    }

    [Theory]
    [InlineData("", 1000, -1L, (short)-1, KafkaError.InvalidRequest)]
    [InlineData("id", 0, -1L, (short)-1, KafkaError.InvalidTransactionTimeout)]
    [InlineData("id", 900_001, -1L, (short)-1, KafkaError.InvalidTransactionTimeout)]
    [InlineData("id", 1000, 5L, (short)-1, KafkaError.InvalidRequest)]
    [InlineData("id", 1000, -1L, (short)5, KafkaError.InvalidRequest)]
    public async Task an_init_with_wrong_values_is_refused(string id, int timeout, long producer, short epoch, KafkaError expected) =>
        Assert.Equal(expected, (await _coordinator.InitProducerIdAsync(id, timeout, producer, epoch, default)).Error);

    [Fact]
    public async Task a_commit_writes_its_markers_before_the_next_transaction_begins()
    {
        var (id, epoch) = await BeginAsync(First, Second);
        Assert.Equal([(First, id, epoch), (Second, id, epoch)], _host.Registered);
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal(TransactionStatus.CompleteCommit, _coordinator.Describe("app")!.Status);
        Assert.Equal(2, _host.Markers.Count);
        Assert.All(_host.Markers, m => Assert.Equal((ControlType.Commit, id, epoch), (m.Control.Type, m.ProducerId, m.ProducerEpoch)));
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal(KafkaError.InvalidTxnState, await _coordinator.EndAsync("app", id, epoch, false, default));
        Assert.Equal(2, _host.Markers.Count);
    }

    [Fact]
    public async Task a_commit_is_answered_before_slow_markers_and_the_next_transaction_waits_for_them()
    {
        var gate = new TaskCompletionSource();
        _host.Gate = gate.Task;
        var (id, epoch) = await BeginAsync(First);
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal(KafkaError.ConcurrentTransactions, await _coordinator.AddPartitionsAsync("app", id, epoch, [First], default));
        gate.SetResult();
        await Eventually.True(() => _coordinator.Describe("app")!.Status == TransactionStatus.CompleteCommit);
        Assert.Equal(KafkaError.None, await _coordinator.AddPartitionsAsync("app", id, epoch, [First], default));
    }

    [Fact]
    public async Task a_transaction_without_records_ends()
    {
        var (id, epoch) = await BeginAsync(First);
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, false, default));
    }

    [Fact]
    public async Task a_deleted_topic_does_not_hold_a_transaction_up()
    {
        var (id, epoch) = await BeginAsync(First, Second);
        _host.Answer = marker => marker.Partition == First ? KafkaError.UnknownTopicOrPartition : KafkaError.None;
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal(TransactionStatus.CompleteCommit, _coordinator.Describe("app")!.Status);
        Assert.Equal(Second, Assert.Single(_host.Markers).Partition);
    }

    [Fact]
    public async Task a_marker_that_cannot_be_written_is_tried_again()
    {
        var failures = 3;
        _host.Answer = _ => Interlocked.Decrement(ref failures) >= 0 ? KafkaError.KafkaStorageError : KafkaError.None;
        var time = TimeProvider.System;
        await using var coordinator = await StartAsync(LogFolder.CopyOf(_folder.Path), time);
        var init = await coordinator.InitProducerIdAsync("app", 1000, -1, -1, default);
        await coordinator.AddPartitionsAsync("app", init.ProducerId, init.ProducerEpoch, [First], default);
        await coordinator.EndAsync("app", init.ProducerId, init.ProducerEpoch, true, default);
        await Eventually.True(() => coordinator.Describe("app")!.Status == TransactionStatus.CompleteCommit);
        Assert.Single(_host.Markers);
    }

    [Fact]
    public async Task what_was_prepared_gets_its_markers_after_a_kill_with_a_higher_coordinator_epoch()
    {
        _host.Gate = new TaskCompletionSource().Task;
        var (id, epoch) = await BeginAsync(First, Second);
        await _coordinator.EndAsync("app", id, epoch, true, default);
        var before = _coordinator.CoordinatorEpoch;
        _host.Gate = Task.CompletedTask;
        await using var restarted = await StartAsync(LogFolder.CopyOf(_folder.Path));
        Assert.Equal(TransactionStatus.CompleteCommit, restarted.Describe("app")!.Status);
        Assert.True(restarted.CoordinatorEpoch > before);
        Assert.Equal([First, Second], _host.Markers.Select(m => m.Partition).OrderBy(p => p.Partition));
        Assert.All(_host.Markers, m => Assert.Equal((epoch, restarted.CoordinatorEpoch), (m.ProducerEpoch, m.Control.CoordinatorEpoch)));
    }

    [Fact]
    public async Task an_open_transaction_is_registered_again_after_a_kill_and_can_go_on()
    {
        var (id, epoch) = await BeginAsync(First);
        _host.Registered.Clear();
        await using var restarted = await StartAsync(LogFolder.CopyOf(_folder.Path));
        Assert.Equal([(First, id, epoch)], _host.Registered);
        Assert.Equal(KafkaError.None, await restarted.EndAsync("app", id, epoch, true, default));
    }

    [Fact]
    public async Task a_timed_out_transaction_is_fenced_and_aborted_once()
    {
        var (id, epoch) = await BeginAsync(First);
        _time.Advance(TimeSpan.FromMilliseconds(1001));
        Assert.Equal(1, await _coordinator.SweepAsync());
        Assert.Equal(0, await _coordinator.SweepAsync());
        var marker = Assert.Single(_host.Markers);
        Assert.Equal((ControlType.Abort, (short)(epoch + 1)), (marker.Control.Type, marker.ProducerEpoch));
        Assert.Equal(KafkaError.ProducerFenced, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal((short)(epoch + 2), (await _coordinator.InitProducerIdAsync("app", 1000, -1, -1, default)).ProducerEpoch);
    }

    [Fact]
    public async Task a_newcomer_aborts_the_open_transaction_and_fences_its_producer()
    {
        var (id, epoch) = await BeginAsync(First);
        Assert.Equal(KafkaError.ConcurrentTransactions, (await _coordinator.InitProducerIdAsync("app", 1000, -1, -1, default)).Error);
        var newcomer = await _coordinator.InitProducerIdAsync("app", 1000, -1, -1, default);
        Assert.Equal((KafkaError.None, id, (short)(epoch + 2)), (newcomer.Error, newcomer.ProducerId, newcomer.ProducerEpoch));
        Assert.Equal(ControlType.Abort, Assert.Single(_host.Markers).Control.Type);
        Assert.Equal(KafkaError.ProducerFenced, await _coordinator.AddPartitionsAsync("app", id, epoch, [First], default));
        Assert.Equal(KafkaError.InvalidProducerEpoch, _coordinator.Explain("app", id, epoch, isAbortableKnown: false));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, _coordinator.Explain("app", id + 1, epoch, isAbortableKnown: false));
        Assert.Equal(KafkaError.InvalidTxnState, _coordinator.Explain("app", id, newcomer.ProducerEpoch, isAbortableKnown: false));
    }

    [Fact]
    public async Task an_id_unused_for_long_is_forgotten_for_good_and_an_open_one_is_not()
    {
        await _coordinator.InitProducerIdAsync("old", 1000, -1, -1, default);
        _time.Advance(TimeSpan.FromDays(8));
        await _coordinator.SweepAsync();
        Assert.Null(_coordinator.Describe("old"));
        await using var restarted = await StartAsync(LogFolder.CopyOf(_folder.Path));
        Assert.Null(restarted.Describe("old"));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, await restarted.EndAsync("old", 0, 0, true, default));
    }

    [Fact]
    public async Task a_full_disk_changes_nothing_and_is_over_when_there_is_room_again()
    {
        var (id, epoch) = await BeginAsync(First);
        _storage.IsFull = true;
        Assert.Equal(KafkaError.CoordinatorNotAvailable, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal(KafkaError.CoordinatorNotAvailable, (await _coordinator.InitProducerIdAsync("app", 1000, -1, -1, default)).Error);
        Assert.Equal((TransactionStatus.Ongoing, epoch), (_coordinator.Describe("app")!.Status, _coordinator.Describe("app")!.ProducerEpoch));
        Assert.Empty(_host.Markers);
        _storage.IsFull = false;
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, true, default));
        Assert.Equal(ControlType.Commit, Assert.Single(_host.Markers).Control.Type);
    }

    [Fact]
    public async Task states_outlive_many_rewrites_of_their_log()
    {
        var (id, epoch) = await BeginAsync(First);
        await _coordinator.InitProducerIdAsync("quiet", 1000, -1, -1, default);
        var many = Enumerable.Range(0, 400).Select(p => new TopicPartition(new string('x', 200), p)).ToList();
        for (var i = 0; i < 6000; i++)
        {
            Assert.Equal(KafkaError.None, await _coordinator.AddPartitionsAsync("app", id, epoch, many, default));
            Assert.Equal(KafkaError.None, await _coordinator.EndAsync("app", id, epoch, true, default));
        }

        await using var restarted = await StartAsync(LogFolder.CopyOf(_folder.Path));
        Assert.Equal(TransactionStatus.CompleteCommit, restarted.Describe("app")!.Status);
        Assert.Equal(TransactionStatus.Empty, restarted.Describe("quiet")!.Status);
        Assert.True(Directory.GetFiles(_folder.Path, "*.log").Sum(f => new FileInfo(f).Length) < 50 << 20);
    }

    private async Task<(long Id, short Epoch)> BeginAsync(params TopicPartition[] partitions)
    {
        var init = await _coordinator.InitProducerIdAsync("app", 1000, -1, -1, default);
        Assert.Equal(KafkaError.None, init.Error);
        Assert.Equal(KafkaError.None, await _coordinator.AddPartitionsAsync("app", init.ProducerId, init.ProducerEpoch, partitions, default));
        return (init.ProducerId, init.ProducerEpoch);
    }

    private async Task<TransactionCoordinator> StartAsync(string folder, TimeProvider? time = null) =>
        await TransactionCoordinator.StartAsync(
            folder,
            new TransactionOptions { SweepInterval = TimeSpan.FromHours(1) },
            _host,
            new LogEnvironment(time ?? _time, NullLogger.Instance) { Storage = _storage });
}
