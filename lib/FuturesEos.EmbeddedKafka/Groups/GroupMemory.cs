namespace FuturesEos.EmbeddedKafka.Groups;

/// <summary>
/// What all groups may hold together: members with their subscriptions and assignments, and positions. Sizes are
/// estimates, none of them too low.
/// </summary>
internal sealed class GroupMemory(long limit)
{
    /// <summary>A group without anything in it.</summary>
    public const int Group = 1024;

    /// <summary>A member without its subscription.</summary>
    public const int Member = 512;

    /// <summary>A position without its metadata.</summary>
    public const int Position = 256;

    private long _held;

    public long Limit => limit;

    /// <summary>Whether so much more may be held.</summary>
    public bool HasRoomFor(long bytes) => bytes <= 0 || Volatile.Read(ref _held) + bytes <= limit;

    /// <summary>A group holds so much more now, or less.</summary>
    public void Add(long bytes) => Interlocked.Add(ref _held, bytes);
}
