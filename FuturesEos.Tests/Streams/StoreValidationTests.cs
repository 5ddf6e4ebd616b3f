using Confluent.Kafka;
using FuturesEos.Streams.State;
using Xunit;

namespace FuturesEos.Tests.Streams;

public class StoreValidationTests
{
    private static readonly ChangelogBounds Bounds = new("id-1", 100, 200);
    private static readonly TopicPartition Changelog = new("log", 1);
    private static readonly long Now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    [Theory]
    [InlineData(100)]
    [InlineData(150)]
    [InlineData(200)]
    public void a_position_within_the_changelog_is_sound(long offset) => Assert.Null(Refuse(new("log", "id-1", 1, offset, Now)));

    [Fact]
    public void an_empty_store_is_sound() => Assert.Null(Refuse(null));

    [Theory]
    [InlineData(99)]
    [InlineData(201)]
    public void a_position_outside_the_changelog_is_not(long offset) =>
        Assert.Contains("outside the changelog's 100 to 200", Refuse(new("log", "id-1", 1, offset, Now)));

    [Fact]
    public void another_changelog_or_partition_is_not()
    {
        Assert.Contains("belongs to other [1]", Refuse(new("other", "id-1", 1, 150, Now)));
        Assert.Contains("belongs to log [0]", Refuse(new("log", "id-1", 0, 150, Now)));
    }

    [Fact]
    public void a_changelog_that_was_deleted_and_made_again_is_not() =>
        Assert.Contains("made again", Refuse(new("log", "id-0", 1, 150, Now)));

    [Fact]
    public void a_broker_that_tells_no_topic_ids_is_believed() => Assert.Null(Refuse(new("log", "", 1, 150, Now)));

    [Fact]
    public void a_store_that_slept_longer_than_tombstones_live_is_rebuilt_unless_nothing_came_since()
    {
        var old = Now - (long)TimeSpan.FromHours(25).TotalMilliseconds;
        Assert.Contains("tombstones", Refuse(new("log", "id-1", 1, 150, old)));
        Assert.Null(Refuse(new("log", "id-1", 1, 200, old)));
    }

    private static string? Refuse(ChangelogPosition? position) =>
        StoreValidation.Refuse(position, Changelog, Bounds, TimeSpan.FromHours(24), TimeProvider.System);
}
