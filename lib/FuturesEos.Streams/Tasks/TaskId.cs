namespace FuturesEos.Streams.Tasks;

/// <summary>A task is one partition number over all co-partitioned input topics.</summary>
public readonly record struct TaskId(int Partition)
{
    /// <inheritdoc/>
    public override string ToString() => $"task {Partition}";
}
