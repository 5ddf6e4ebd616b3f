using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Groups;
using FuturesEos.Tests.EmbeddedKafka.Log;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Groups;

/// <summary>Positions that nobody uses go after their time; those that somebody may still come back for do not.</summary>
public sealed class OffsetExpiryTests : IAsyncDisposable
{
    private static readonly TopicPartition Old = new("t", 0);
    private static readonly TopicPartition Young = new("t", 1);
    private readonly LogBench _bench = new();
    private readonly GroupCoordinator _groups;

    public OffsetExpiryTests() => _groups = Start();

    public async ValueTask DisposeAsync()
    {
        await _groups.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task a_position_is_kept_for_a_week_after_its_commit_and_the_group_with_its_last()
    {
        await CommitAsync(Old);
        _bench.Time.Advance(TimeSpan.FromDays(6));
        await CommitAsync(Young);
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Equal(2, _groups.Find("g")!.Offsets.Committed.Count);
        _bench.Time.Advance(TimeSpan.FromDays(1.5));
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Equal([Young], _groups.Find("g")!.Offsets.Committed.Keys);
        _bench.Time.Advance(TimeSpan.FromDays(6));
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Null(_groups.Find("g"));
        await using var restarted = Start();
        Assert.Null(restarted.Find("g"));
    }

    [Fact]
    public async Task a_position_that_an_open_transaction_may_change_is_kept()
    {
        await CommitAsync(Old);
        _bench.Log.RegisterTransaction(7, 0);
        await CommitAsync(Old, producer: (7, 0));
        _bench.Time.Advance(TimeSpan.FromDays(30));
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Equal([Old], _groups.Find("g")!.Offsets.Committed.Keys);
        _groups.End(7, isCommit: false);
        await _groups.ExpireAsync(CancellationToken.None);
        Assert.Null(_groups.Find("g"));
    }

    [Fact]
    public async Task a_group_without_positions_that_all_have_left_goes_on_counting_after_a_restart_until_the_next_look()
    {
        var left = new GroupValue { Generation = 4, CurrentStateTimestamp = _bench.Time.Milliseconds };
        new OffsetJournal(_bench.Log, _bench.Time).Append("g", left);
        await using (var restarted = Start())
        {
            Assert.Equal((4, GroupState.Empty), (restarted.Find("g")!.Generation, restarted.Find("g")!.State));
            await restarted.ExpireAsync(CancellationToken.None);
        }

        await using var later = Start();
        Assert.Null(later.Find("g"));
    }

    private GroupCoordinator Start() => RestoredGroups.Start(_bench, _bench.Log);

    private Task CommitAsync(TopicPartition partition, (long, short)? producer = null) =>
        RestoredGroups.CommitAsync(_groups, _bench, "g", [partition], producer);
}
