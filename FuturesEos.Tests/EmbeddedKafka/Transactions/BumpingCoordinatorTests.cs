using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Handlers;
using FuturesEos.EmbeddedKafka.Log;
using FuturesEos.EmbeddedKafka.Topics;
using FuturesEos.EmbeddedKafka.Transactions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Records;
using FuturesEos.Tests.EmbeddedKafka.Groups;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Transactions;

/// <summary>Protocol 2 with the coordinator's log: markers, kills, delays, the last epoch.</summary>
public sealed class BumpingCoordinatorTests : IAsyncLifetime
{
    private const short LastEpoch = short.MaxValue - 1;
    private static readonly TopicPartition First = new("t", 0);
    private static readonly TopicPartition Second = new("t", 1);

    private readonly LogFolder _folder = new();
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
    public async Task an_end_tells_the_next_epoch_which_its_markers_carry()
    {
        var (id, epoch) = await BeginAsync(First, Second);
        var next = await _coordinator.EndAndBumpAsync("app", id, epoch, true, default);
        Assert.Equal(new ProducerIdResult(KafkaError.None, id, (short)(epoch + 1)), next);
        Assert.Equal([First, Second], _host.Markers.Select(m => m.Partition).OrderBy(p => p.Partition));
        Assert.All(_host.Markers, m => Assert.Equal(
            (ControlType.Commit, next.ProducerEpoch, TransactionProtocol.Second), (m.Control.Type, m.ProducerEpoch, m.Protocol)));
        Assert.Equal(next, await _coordinator.EndAndBumpAsync("app", id, epoch, true, default));
        Assert.Equal(KafkaError.InvalidTxnState, (await _coordinator.EndAndBumpAsync("app", id, epoch, false, default)).Error);
        Assert.Equal(2, _host.Markers.Count);
    }

    [Fact]
    public async Task a_delayed_end_leaves_the_next_transaction_alone()
    {
        var (id, epoch) = await BeginAsync(First);
        var next = await _coordinator.EndAndBumpAsync("app", id, epoch, false, default);
        Assert.Equal(KafkaError.None, await _coordinator.EnterAsync("app", id, next.ProducerEpoch, [Second], default));
        Assert.Equal(KafkaError.ProducerFenced, (await _coordinator.EndAndBumpAsync("app", id, epoch, false, default)).Error);
        Assert.Equal(KafkaError.ProducerFenced, await _coordinator.EndAsync("app", id, epoch, false, default));
        Assert.Equal((TransactionStatus.Ongoing, next.ProducerEpoch), Now(_coordinator));
        Assert.Equal(First, Assert.Single(_host.Markers).Partition);
    }

    [Fact]
    public async Task the_next_transaction_waits_a_moment_for_the_markers_of_the_one_before()
    {
        var (id, epoch) = await BeginAsync(First);
        var gate = new TaskCompletionSource();
        _host.Gate = gate.Task;
        var next = await _coordinator.EndAndBumpAsync("app", id, epoch, true, default);
        Assert.Equal(KafkaError.ConcurrentTransactions, await _coordinator.EnterAsync("app", id, next.ProducerEpoch, [First], default));
        Assert.Equal(KafkaError.ConcurrentTransactions, (await _coordinator.EndAndBumpAsync("app", id, next.ProducerEpoch, true, default)).Error);
        var waiting = _coordinator.EnterAsync("app", id, next.ProducerEpoch, [First], default).AsTask();
        Assert.False(waiting.IsCompleted);
        gate.SetResult();
        Assert.Equal(KafkaError.None, await waiting);
    }

    [Fact]
    public async Task positions_of_the_next_transaction_are_told_of_the_markers_of_the_one_before()
    {
        var (id, epoch) = await BeginAsync(First);
        _host.Gate = new TaskCompletionSource().Task;
        var next = await _coordinator.EndAndBumpAsync("app", id, epoch, true, default);
        var environment = new LogEnvironment(TimeProvider.System, NullLogger.Instance);
        await using var topics = TopicRegistry.Open(new() { DataFolder = Path.Combine(_folder.Path, "broker") }, environment);
        topics.Create("t", 1, []);
        var handler = new TxnOffsetCommitHandler(groups: null!, _coordinator, topics, TimeProvider.System); // not reached
        using var context = GroupRig.Context(ApiKey.TxnOffsetCommit, version: 5);
        var answer = await handler.HandleAsync(
            new()
            {
                TransactionalId = "app",
                GroupId = "g",
                ProducerId = id,
                ProducerEpoch = next.ProducerEpoch,
                Topics = [new() { Name = "t", Partitions = [new() { CommittedOffset = 7 }] }],
            },
            context);
        Assert.Equal(KafkaError.ConcurrentTransactions, answer!.Topics[0].Partitions[0].ErrorCode);
    }

    [Fact]
    public async Task whoever_writes_with_an_ended_epoch_is_fenced()
    {
        var (id, epoch) = await BeginAsync(First);
        await _coordinator.EndAndBumpAsync("app", id, epoch, true, default);
        Assert.Equal(KafkaError.InvalidProducerEpoch, await _coordinator.EnterAsync("app", id, epoch, [Second], default));
        Assert.Equal(TransactionStatus.CompleteCommit, Now(_coordinator).Status);
    }

    [Fact]
    public async Task a_kill_between_decision_and_markers_changes_no_answer()
    {
        _host.Gate = new TaskCompletionSource().Task;
        var (id, epoch) = await BeginAsync(First);
        var next = await _coordinator.EndAndBumpAsync("app", id, epoch, true, default);
        _host.Gate = Task.CompletedTask;
        await using var restarted = await StartAsync(LogFolder.CopyOf(_folder.Path));
        var marker = Assert.Single(_host.Markers);
        Assert.Equal((ControlType.Commit, next.ProducerEpoch, TransactionProtocol.Second), (marker.Control.Type, marker.ProducerEpoch, marker.Protocol));
        Assert.Equal(next, await restarted.EndAndBumpAsync("app", id, epoch, true, default));
        Assert.Equal(KafkaError.None, await restarted.EnterAsync("app", id, next.ProducerEpoch, [First], default));
    }

    [Fact]
    public async Task the_last_epoch_leads_to_a_new_id_also_through_a_kill()
    {
        var worn = await _coordinator.InitProducerIdAsync("app", 60_000, -1, -1, default);
        while (worn.ProducerEpoch < LastEpoch) worn = await _coordinator.InitProducerIdAsync("app", 60_000, -1, -1, default);
        Assert.Equal(KafkaError.None, await _coordinator.EnterAsync("app", worn.ProducerId, LastEpoch, [First], default));
        _host.Gate = new TaskCompletionSource().Task;
        var next = await _coordinator.EndAndBumpAsync("app", worn.ProducerId, LastEpoch, true, default);
        Assert.Equal((KafkaError.None, (short)0), (next.Error, next.ProducerEpoch));
        Assert.NotEqual(worn.ProducerId, next.ProducerId);
        _host.Gate = Task.CompletedTask;
        await using var restarted = await StartAsync(LogFolder.CopyOf(_folder.Path));
        var marker = Assert.Single(_host.Markers);
        Assert.Equal((worn.ProducerId, short.MaxValue), (marker.ProducerId, marker.ProducerEpoch));
        Assert.Equal(next, await restarted.EndAndBumpAsync("app", worn.ProducerId, LastEpoch, true, default));
        Assert.Equal(KafkaError.InvalidProducerIdMapping, await restarted.EnterAsync("app", worn.ProducerId, LastEpoch, [First], default));
        Assert.Equal(KafkaError.None, await restarted.EnterAsync("app", next.ProducerId, 0, [First], default));
    }

    [Fact]
    public async Task a_full_disk_neither_ends_nor_bumps()
    {
        var (id, epoch) = await BeginAsync(First);
        _storage.IsFull = true;
        Assert.Equal(KafkaError.CoordinatorNotAvailable, (await _coordinator.EndAndBumpAsync("app", id, epoch, true, default)).Error);
        Assert.Equal((TransactionStatus.Ongoing, epoch), Now(_coordinator));
        _storage.IsFull = false;
        Assert.Equal((short)(epoch + 1), (await _coordinator.EndAndBumpAsync("app", id, epoch, true, default)).ProducerEpoch);
    }

    [Fact]
    public async Task clients_of_both_protocols_share_a_coordinator()
    {
        var (id, epoch) = await BeginAsync(First);
        var old = await _coordinator.InitProducerIdAsync("old", 60_000, -1, -1, default);
        Assert.Equal(KafkaError.None, await _coordinator.AddPartitionsAsync("old", old.ProducerId, 0, [First], default));
        Assert.Equal(KafkaError.None, await _coordinator.EndAsync("old", old.ProducerId, 0, true, default));
        Assert.Equal((short)(epoch + 1), (await _coordinator.EndAndBumpAsync("app", id, epoch, true, default)).ProducerEpoch);
        Assert.Equal((short)0, _coordinator.Describe("old")!.ProducerEpoch);
        Assert.Equal(
            [(old.ProducerId, (short)0, TransactionProtocol.First), (id, (short)(epoch + 1), TransactionProtocol.Second)],
            _host.Markers.Select(m => (m.ProducerId, m.ProducerEpoch, m.Protocol)));
    }

    private static (TransactionStatus Status, short Epoch) Now(TransactionCoordinator coordinator)
    {
        var now = coordinator.Describe("app")!;
        return (now.Status, now.ProducerEpoch);
    }

    private async Task<(long Id, short Epoch)> BeginAsync(params TopicPartition[] partitions)
    {
        var init = await _coordinator.InitProducerIdAsync("app", 60_000, -1, -1, default);
        Assert.Equal(KafkaError.None, await _coordinator.EnterAsync("app", init.ProducerId, init.ProducerEpoch, partitions, default));
        return (init.ProducerId, init.ProducerEpoch);
    }

    private async Task<TransactionCoordinator> StartAsync(string folder) => await TransactionCoordinator.StartAsync(
        folder,
        new TransactionOptions { SweepInterval = TimeSpan.FromHours(1) },
        _host,
        new LogEnvironment(TimeProvider.System, NullLogger.Instance) { Storage = _storage });
}
