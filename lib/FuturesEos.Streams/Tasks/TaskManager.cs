using Confluent.Kafka;
using FuturesEos.Streams.Errors;
using FuturesEos.Streams.Input;
using FuturesEos.Streams.State;
using Microsoft.Extensions.Logging;

namespace FuturesEos.Streams.Tasks;

/// <summary>
/// The tasks of one thread: made at assignment, suspended when taken away, closed when others have them.
/// </summary>
internal sealed class TaskManager(
    StreamsOptions options, StateFolder folder, ChangelogReader reader, Func<TaskId, StreamTask> make, ILogger log)
{
    private readonly SortedDictionary<int, StreamTask> _tasks = [];
    private readonly Dictionary<string, int> _topicIndex =
        options.InputTopics.Select((topic, index) => (topic, index))
            .ToDictionary(t => t.topic, t => t.index, StringComparer.Ordinal);
    private bool _isAssigned;

    /// <summary>Tasks that this member owns: restoring or running.</summary>
    public List<StreamTask> Owned { get; } = [];

    /// <summary>An assignment came, and every task of it is running.</summary>
    public bool IsReady { get; private set; }

    public bool AnyRestoring => !reader.IsIdle;

    public StreamTask? Find(int partition, string topic, out int topicIndex)
    {
        topicIndex = _topicIndex.GetValueOrDefault(topic, -1);
        return topicIndex >= 0 && _tasks.TryGetValue(partition, out var task)
            && task.State is TaskState.Running or TaskState.Restoring
            ? task : null;
    }

    public void Assign(IReadOnlyList<TopicPartition> partitions)
    {
        var owned = CheckWhole(partitions);
        foreach (var (partition, task) in _tasks.ToList())
        {
            if (owned.Contains(partition))
                continue;
            task.Close(folder);
            _tasks.Remove(partition);
        }

        foreach (var partition in owned)
        {
            if (!_tasks.TryGetValue(partition, out var task))
                _tasks[partition] = task = make(new TaskId(partition));
            Owned.Add(task);
            Restore(task);
        }

        _isAssigned = true;
        log.Assigned(owned.Count == 0 ? "nothing" : string.Join(", ", owned.Select(p => new TaskId(p))));
    }

    /// <summary>Takes the tasks out of work; their stores stay open, for the same task mostly comes back.</summary>
    public string Suspend()
    {
        var names = string.Join(", ", Owned.Select(t => t.Id));
        foreach (var task in Owned)
        {
            reader.Remove(task);
            task.DropUncommitted();
            task.Become(TaskState.Suspended);
        }

        Owned.Clear();
        IsReady = false;
        _isAssigned = false;
        return names.Length == 0 ? "nothing" : names;
    }

    /// <summary>Every store is compared with its changelog before anything more is processed.</summary>
    public void RestoreAll()
    {
        foreach (var task in Owned)
        {
            if (task.State == TaskState.Running)
                Restore(task);
            else
                reader.Add(task);
        }
    }

    /// <summary>No partition of a running task lies further behind its end than this.</summary>
    public bool AllWithin(long most, Func<RecordQueue, long> lag)
    {
        foreach (var task in Owned)
        {
            if (task.State != TaskState.Running)
                continue;
            foreach (var queue in task.Input.Queues)
            {
                if (lag(queue) > most)
                    return false;
            }
        }

        return true;
    }

    public void DropUncommitted()
    {
        foreach (var task in Owned)
            task.DropUncommitted();
    }

    /// <summary>True when the last restoring task has just begun to run.</summary>
    public bool BecameReady()
    {
        if (IsReady || !_isAssigned || !reader.IsIdle)
            return false;
        IsReady = true;
        return true;
    }

    public void Close()
    {
        foreach (var task in _tasks.Values)
        {
            if (task.State is TaskState.Restoring or TaskState.Running)
                task.Become(TaskState.Suspended);
            task.Close(folder);
        }

        _tasks.Clear();
        Owned.Clear();
    }

    private void Restore(StreamTask task)
    {
        IsReady = false;
        task.Processor.Forget();
        task.Become(TaskState.Restoring);
        reader.Add(task);
    }

    private SortedSet<int> CheckWhole(IReadOnlyList<TopicPartition> partitions)
    {
        var owned = new SortedSet<int>(partitions.Select(p => p.Partition.Value));
        var have = partitions.ToHashSet();
        var missing = owned.SelectMany(p => options.InputTopics.Select(t => new TopicPartition(t, p)))
            .Where(p => !have.Contains(p)).ToList();
        if (missing.Count > 0)
            throw new StreamsFatalException(
                "The group gave this member some topics of a task and not others: "
                    + $"{string.Join(", ", missing.Select(m => $"{m.Topic} [{m.Partition.Value}]"))} missing. "
                    + "Every input topic needs the same number of partitions, and every member of group "
                    + $"{options.ApplicationId} the same subscription and the range assignor.");
        return owned;
    }
}
